import { Command } from 'commander'
import { fullScope } from '../access/caller.js'
import { checkPermission, mayUseApp } from '../access/permission.js'
import type { Composition } from '../compose.js'
import { localOwner, type ToolContext } from '../flow/context.js'
import { failureOf } from '../flow/failure.js'
import { offeredTool, type Tool, type ToolResult } from '../tools/tool.js'
import type { CommonFlags } from './common-flags.js'
import { showExamples } from './examples.js'
import { statusOfError, statusOfOutput } from './exit-status.js'
import { addFlags, readFlags } from './flags.js'
import type { Host } from './host.js'
import { openReport } from './report.js'

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
  showExamples(verb, tool.examples)
  return verb.action(async () => parts.exit(await runTool(tool, verb, parts)))
}

async function runTool(tool: Tool, verb: Command, { host, start }: VerbParts): Promise<number> {
  const composition = await start(verb.opts<CommonFlags>())
  const { doors, redact, log, idle } = composition
  const report = openReport(verb, host, redact)
  const onEnding = () => {
    const graceMs = doors.deployGraceMs
    report.progress({ message: `ending; a deploy that runs is left alone for ${graceMs / 1000} s` })
  }
  host.ending.addEventListener('abort', onEnding, { once: true })
  const args = readFlags(verb, tool.flags)
  try {
    const result = await callTool(tool, args, {
      ...composition,
      signal: host.ending,
      progress: report.progress,
    })
    await report.result(result)
    return statusOfOutput(result.output)
  } catch (cause) {
    const error = failureOf(cause, { tool: tool.name, args, signal: host.ending, log })
    await report.error(error)
    return statusOfError(error.code)
  } finally {
    await idle()
  }
}

type CallParts = Pick<Composition, 'doors' | 'policy'> & Pick<ToolContext, 'signal' | 'progress'>

async function callTool(
  tool: Tool,
  args: Record<string, unknown>,
  { doors, policy, signal, progress }: CallParts,
): Promise<ToolResult> {
  const permission = { policy, caller: { owner: localOwner, scope: fullScope } }
  checkPermission(permission, {
    tool: offeredTool(tool),
    namedApps: () => tool.namedApps(args, doors.registryHost),
  })
  return tool.call(args, {
    ...doors,
    waitMs: Number.POSITIVE_INFINITY,
    owner: localOwner,
    mayUseApp: (app) => mayUseApp(permission, app),
    keepsWork: false,
    signal,
    progress,
    output: () => {},
  })
}
