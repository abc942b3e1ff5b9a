import { Command } from 'commander'
import { fullScope } from '../access/caller.js'
import type { Composition } from '../compose.js'
import { localOwner } from '../flow/context.js'
import { callTool, type Outcome, type Tool } from '../tools/tool.js'
import type { CommonFlags } from './common-flags.js'
import { showExamples } from './examples.js'
import { statusOfError, statusOfOutput } from './exit-status.js'
import { addFlags, readFlags } from './flags.js'
import type { Host } from './host.js'
import { openReport, type Report } from './report.js'

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
  const { clients, policy, redact, idle } = composition
  const permission = { policy, caller: { owner: localOwner, scope: fullScope } }
  const report = openReport(verb, host, redact)
  const onEnding = () => {
    const graceMs = clients.deployGraceMs
    report.progress({ message: `ending; a deploy that runs is left alone for ${graceMs / 1000} s` })
  }
  host.ending.addEventListener('abort', onEnding, { once: true })
  try {
    const outcome = await callTool(tool, readFlags(verb, tool.flags), permission, {
      ...clients,
      waitMs: Number.POSITIVE_INFINITY,
      keepsWork: () => false,
      signal: host.ending,
      progress: report.progress,
    })
    return await tell(outcome, report)
  } finally {
    await idle()
  }
}

/** Shows how a call ended; the exit status of that. */
async function tell(outcome: Outcome, report: Report): Promise<number> {
  if ('error' in outcome) {
    await report.error(outcome.error)
    return statusOfError(outcome.error.code)
  }
  await report.result(outcome.result)
  return statusOfOutput(outcome.result.output)
}
