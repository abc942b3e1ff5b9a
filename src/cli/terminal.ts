import type { Writable } from 'node:stream'
import type { FlyopsError, NextCall } from '../errors.js'
import { followable } from '../flow/next.js'
import { cutText } from '../process/plain-text.js'
import { type Redact, redactDeep } from '../process/redact.js'
import { type ProgressUpdate, shownMessageChars } from '../progress.js'
import type { ToolResult } from '../tools/tool-result.js'
import { exitStatus, statusOfOutput } from './exit-status.js'
import { nextCommand } from './next-command.js'
import type { Progress } from './progress.js'
import { shownFields } from './shown-fields.js'
import { undoCommands } from './undo-commands.js'

export interface Terminal {
  /** How the work goes on, for people. */
  progress(update: ProgressUpdate): void
  /** The result, on standard output. */
  result(result: ToolResult): void
  error(error: FlyopsError): void
}

export interface TerminalOptions {
  readonly stdout: Writable
  readonly stderr: Writable
  /** Standard output then holds one JSON document and nothing else. */
  readonly json: boolean
  /** Undefined where no work is shown. */
  readonly progress?: Progress
  /** Makes texts fit to leave. */
  readonly redact: Redact
}

export function createTerminal({
  stdout,
  stderr,
  json,
  progress,
  redact,
}: TerminalOptions): Terminal {
  // Before anything is escaped: a secret must be found as it is, and a control character too.
  const clean = <T extends object>(value: T) => redactDeep(value, redact) as T
  const print = (stream: Writable, text: string) => stream.write(`${text}\n`)
  const printJson = (value: object) => print(stdout, JSON.stringify(value, undefined, 2))
  return {
    progress(update) {
      if (json) return
      progress?.report({ ...update, message: cutText(redact(update.message), shownMessageChars) })
    },
    result(result) {
      progress?.stop()
      const { output, summary } = clean(result)
      if (json) printJson(output)
      else print(stdout, render(output, summary))
    },
    error(error) {
      progress?.stop()
      const told = clean(error.describe())
      const shown = { ...told, next: followable(told.next) }
      if (json) printJson({ error: shown })
      else print(stderr, describeError(shown))
    },
  }
}

type ShownError = ReturnType<FlyopsError['describe']>

function describeError({ code, message, live, remedy, evidence, next }: ShownError): string {
  const lines = [
    `Error: ${message} [${code}]`,
    live && `Now: ${live}`,
    remedy,
    evidence && `\n${indented(`  ${evidence}`, '  ')}\n`,
    ...next.map(describeCall),
  ]
  return lines.filter((line) => line !== undefined && line !== '').join('\n')
}

/** The summary, then every plain field on a line of its own, lists of objects as tables, and what to do where not all is well. */
function render(output: Readonly<Record<string, unknown>>, summary: string): string {
  const lines = shownFields(output).flatMap(([name, value]) => renderField(name, value))
  const isWell = statusOfOutput(output) === exitStatus.done
  const next = isWell ? [] : followable((output.next ?? []) as readonly NextCall[])
  return [summary, ...undoCommands(output), '', ...lines, ...next.map(describeCall)].join('\n')
}

function describeCall(call: NextCall): string {
  return `→ ${nextCommand(call)}   (${call.why})`
}

function renderField(name: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [`${name}: ${indented(plain(value), '  ')}`]
  if (value.length === 0) return []
  return [`${name}:`, ...value.map((entry) => `  ${indented(plain(entry), '    ')}`)]
}

/** What others wrote begins no line of its own, where it could pass for ours. */
function indented(text: string, by: string): string {
  return text.replaceAll('\n', `\n${by}`)
}

function plain(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value)
  return Object.entries(value)
    .map(
      ([name, part]) => `${name}=${typeof part === 'object' ? JSON.stringify(part) : String(part)}`,
    )
    .join('  ')
}
