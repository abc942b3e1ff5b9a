import type { Writable } from 'node:stream'
import type { FlyopsError } from '../errors.js'
import type { Redact } from '../process/redact.js'
import type { ProgressUpdate } from '../progress.js'
import type { ToolResult } from '../tools/tool.js'
import { nextCommand } from './next-command.js'
import type { Progress } from './progress.js'
import { shownFields } from './shown-fields.js'

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
  readonly redact: Redact
}

export function createTerminal({
  stdout,
  stderr,
  json,
  progress,
  redact,
}: TerminalOptions): Terminal {
  const print = (stream: Writable, text: string) => stream.write(`${redact(text)}\n`)
  return {
    progress(update) {
      if (!json) progress?.report({ ...update, message: redact(update.message) })
    },
    result({ output, summary }) {
      progress?.stop()
      print(stdout, json ? JSON.stringify(output, undefined, 2) : render(output, summary))
    },
    error(error) {
      progress?.stop()
      if (json) return void print(stdout, JSON.stringify({ error: error.describe() }, undefined, 2))
      const { code, message, remedy, next, evidence } = error
      const lines = [
        `Error: ${message} [${code}]`,
        remedy,
        evidence && `\n${evidence}\n`,
        ...next.map((call) => `→ ${nextCommand(call)}   (${call.why})`),
      ]
      print(stderr, lines.filter((line) => line !== undefined && line !== '').join('\n'))
    },
  }
}

/** The summary, then every plain field on a line of its own, lists of objects as tables. */
function render(output: Readonly<Record<string, unknown>>, summary: string): string {
  const lines = shownFields(output).flatMap(([name, value]) => renderField(name, value))
  return [summary, '', ...lines].join('\n')
}

function renderField(name: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [`${name}: ${plain(value)}`]
  if (value.length === 0) return []
  return [`${name}:`, ...value.map((entry) => `  ${plain(entry)}`)]
}

function plain(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value)
  return Object.entries(value)
    .map(
      ([name, part]) => `${name}=${typeof part === 'object' ? JSON.stringify(part) : String(part)}`,
    )
    .join('  ')
}
