import { appendFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { FlyopsError } from '../errors.js'
import type { Redact } from '../process/redact.js'
import type { ProgressUpdate } from '../progress.js'
import type { ToolResult } from '../tools/tool-result.js'
import type { CommonFlags } from './common-flags.js'
import type { Host } from './host.js'
import { createLiveProgress, createProgressLines, type Progress } from './progress.js'
import { summarizeError, summarizeResult } from './step-summary.js'
import { createTerminal } from './terminal.js'

/** Everything that a run tells: on the terminal, and in GitHub Actions beside the run too. */
export interface Report {
  progress(update: ProgressUpdate): void
  result(result: ToolResult): Promise<void>
  error(error: FlyopsError): Promise<void>
}

export function openReport(verb: Command, host: Host, redact: Redact): Report {
  const flags = verb.opts<CommonFlags>()
  const { stdout, stderr } = host
  const progress = openProgress(host, flags)
  const terminal = createTerminal({ stdout, stderr, json: flags.json === true, progress, redact })
  return {
    progress: terminal.progress,
    async result(result) {
      terminal.result(result)
      await appendSummary(summarizeResult(verb.name(), result, redact), host)
    },
    async error(error) {
      terminal.error(error)
      await appendSummary(summarizeError(verb.name(), error, redact), host)
    },
  }
}

/** A log on the same screen would tear the live line apart; CI keeps every line that is written over. */
function openProgress({ stderr, env }: Host, { logLevel }: CommonFlags): Progress {
  const isLive = stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI && logLevel === 'silent'
  return isLive
    ? createLiveProgress({ stderr, now: () => performance.now() })
    : createProgressLines(stderr)
}

/** GitHub Actions names the file in GITHUB_STEP_SUMMARY; without it the run is as good. */
async function appendSummary(text: string, { env, stderr }: Host): Promise<void> {
  const file = env.GITHUB_STEP_SUMMARY
  if (!file) return
  await appendFile(file, text).catch((error: unknown) => {
    stderr.write(`The step summary could not be written: ${String(error)}\n`)
  })
}
