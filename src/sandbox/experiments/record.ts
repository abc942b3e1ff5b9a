import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { FlyopsError } from '../../errors.js'
import { parseJson } from '../../process/json.js'

const at = z.number()

/** A call of a tool, or a command line of flyops, as the agent saw it. */
const call = z.object({
  kind: z.literal('call'),
  /** Milliseconds since the epoch. */
  at_ms: at,
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  is_error: z.boolean(),
  /** Of the answer, as it went over the wire. */
  bytes: z.number(),
  duration_ms: z.number(),
  /** The beginning of the answer. */
  text: z.string(),
  /** The secrets whose values were in the arguments or the answer. */
  shown: z.array(z.string()),
})

/** Another answer of the server, such as tools/list. */
const message = z.object({
  kind: z.literal('message'),
  at_ms: at,
  method: z.string(),
  bytes: z.number(),
})

const request = z.object({
  kind: z.literal('request'),
  at_ms: at,
  place: z.enum(['api', 'registry']),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  duration_ms: z.number(),
})

const fault = z.object({
  kind: z.literal('fault'),
  at_ms: at,
  fault: z.string(),
  /** The request or the machine that it struck. */
  met: z.string(),
})

const outcome = z.object({
  kind: z.literal('outcome'),
  scenario: z.string(),
  title: z.string(),
  seed: z.number(),
  /** Of a hundred: how many of the goals were reached. */
  score: z.number(),
  goals: z.array(z.object({ goal: z.string(), reached: z.boolean(), why: z.string() })),
  calls: z.number(),
  bytes_to_model: z.number(),
  requests: z.number(),
  faults: z.number(),
  /** Of the command. */
  seconds: z.number(),
  exit_status: z.number().nullable(),
  /** The last that the command printed. */
  output: z.string(),
})

const entry = z.discriminatedUnion('kind', [call, message, request, fault, outcome])

export type CallEntry = z.output<typeof call>
export type MessageEntry = z.output<typeof message>
export type RequestEntry = z.output<typeof request>
export type Outcome = z.output<typeof outcome>
export type Entry = z.output<typeof entry>

/** Whatever happens in a run, but how it ends. */
export type Happening = Exclude<Entry, Outcome>

/** A run, as JSON lines: what happened in the order of time, and the outcome last. */
export async function writeRecord(file: string, entries: readonly Entry[]): Promise<void> {
  const lines = entries.map((each) => JSON.stringify(each))
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 })
}

/** Raises `invalid_input` where the file is no record. */
export async function readRecord(file: string): Promise<readonly Entry[]> {
  try {
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
    return lines.map((line) => entry.parse(JSON.parse(line)))
  } catch {
    throw new FlyopsError('invalid_input', 'sandbox', `${file} is no record of a run.`, {
      remedy: 'Name a file that `flyops sandbox run --record FOLDER` has written.',
    })
  }
}

/** What our own flyops wrote, in a folder of our own; nothing where it was not called. */
export async function readCalls(file: string): Promise<readonly (CallEntry | MessageEntry)[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => parseJson(line) as CallEntry | MessageEntry)
}

/** What the agent has seen, in order. */
export function callsIn(entries: readonly Entry[]): readonly CallEntry[] {
  return entries.filter((each) => each.kind === 'call')
}

export function outcomeIn(entries: readonly Entry[]): Outcome | undefined {
  return entries.find((each) => each.kind === 'outcome')
}
