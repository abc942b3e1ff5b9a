import { Command } from 'commander'
import { fullScope } from '../access/caller.js'
import { checkPermission } from '../access/permission.js'
import type { Composition } from '../compose.js'
import { expected } from '../tools/expected.js'
import { requestOf } from '../tools/named-apps.js'
import { localOwner, type Tool } from '../tools/tool.js'
import { statusOfError, statusOfOutput } from './exit-status.js'
import { addFlags, readFlags } from './flags.js'
import type { Host } from './host.js'
import { createLiveProgress, createProgressLines } from './progress.js'
import { createTerminal } from './terminal.js'

export interface CommonFlags {
  readonly root?: string | undefined
  readonly logLevel?: string | undefined
  readonly sandbox?: boolean | undefined
  readonly json?: boolean
}

export interface VerbParts {
  readonly host: Host
  readonly start: (flags: CommonFlags) => Promise<Composition>
  /** Tells main how to exit. */
  readonly exit: (status: number) => void
}

/** A tool as a verb of the command line: create_app is `flyops create-app`. */
export function toolVerb(tool: Tool, parts: VerbParts): Command {
  const verb = new Command(tool.name.replaceAll('_', '-'))
    .aliases(tool.name.includes('_') ? [tool.name] : [])
    .summary(tool.title)
    .description(tool.description)
    .option('--json', 'print the result as JSON, and nothing else, on standard output')
    .option('--root <folder>', 'project folder')
    .option('--log-level <level>', 'debug, info, warn, error or silent', 'silent')
    .option('--sandbox', 'use the local Fly platform')
  addFlags(verb, tool.flags)
  return verb.action(async () => parts.exit(await runTool(tool, verb, parts)))
}

async function runTool(tool: Tool, verb: Command, { host, start }: VerbParts): Promise<number> {
  const flags = verb.opts<CommonFlags>()
  const { doors, policy, redact, log, idle } = await start(flags)
  const { stdout, stderr, ending } = host
  const terminal = createTerminal({
    stdout,
    stderr,
    json: flags.json === true,
    progress: isLive(host, flags)
      ? createLiveProgress({ stderr, now: () => performance.now() })
      : createProgressLines(stderr),
    redact,
  })
  const onEnding = () => {
    const graceMs = doors.deployGraceMs
    const message = `ending; a deploy that runs is left alone for ${graceMs / 1000} s`
    terminal.progress({ message })
  }
  ending.addEventListener('abort', onEnding, { once: true })
  try {
    const args = readFlags(verb, tool.flags)
    const caller = { owner: localOwner, scope: fullScope }
    checkPermission({ policy, caller }, requestOf(tool, args, doors.registryHost))
    const result = await tool.call(args, {
      ...doors,
      waitMs: Number.POSITIVE_INFINITY,
      owner: localOwner,
      keepsWork: false,
      signal: ending,
      progress: terminal.progress,
      output: () => {},
    })
    terminal.result(result)
    return statusOfOutput(result.output)
  } catch (cause) {
    const error = expected(cause, { tool: tool.name, signal: ending, log })
    terminal.error(error)
    return statusOfError(error.code)
  } finally {
    await idle()
  }
}

/** A log on the same screen would tear the line apart; CI keeps every line that is written over. */
function isLive({ stderr, env }: Host, { logLevel }: CommonFlags): boolean {
  return stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI && logLevel === 'silent'
}
