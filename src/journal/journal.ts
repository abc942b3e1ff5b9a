import { z } from 'zod'

const started = z.object({
  event: z.literal('started'),
  id: z.string(),
  at: z.string(),
  pid: z.number(),
  /** Whose call it was; none where it was the command line's or came on standard input. */
  owner: z.string().optional(),
  /** The id of the job that it is a step of. */
  job: z.string().optional(),
  /** The registry's host: it tells Fly from a sandbox. */
  platform: z.string(),
  tool: z.string(),
  app: z.string(),
  args: z.record(z.string(), z.unknown()),
})

const noted = z.object({
  event: z.literal('noted'),
  id: z.string(),
  at: z.string(),
  facts: z.record(z.string(), z.unknown()),
})

const ended = z.object({
  event: z.literal('ended'),
  id: z.string(),
  at: z.string(),
  status: z.enum(['done', 'failed', 'cancelled']),
  durationMs: z.number(),
  /** The error's code where it did not succeed. */
  code: z.string().optional(),
  message: z.string().optional(),
  /** What else its caller was told of the error, but for the evidence. */
  failure: z.record(z.string(), z.unknown()).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
})

/** A line of the journal. An operation has one `started`, any `noted`, and one `ended` unless its process died. */
export const journalLine = z.discriminatedUnion('event', [started, noted, ended])

export type JournalLine = z.output<typeof journalLine>

/** A build, push, creation or deploy, as its lines tell it. */
export interface Operation {
  readonly id: string
  readonly tool: string
  readonly app: string
  readonly platform: string
  readonly pid: number
  /** Undefined where no token was used. */
  readonly owner?: string | undefined
  /** The id of the job that it is a step of. */
  readonly job?: string | undefined
  readonly startedAt: string
  readonly args: Readonly<Record<string, unknown>>
  /** What it found out on its way: the toml and the digest of a deploy. */
  readonly facts: Readonly<Record<string, unknown>>
  /** Undefined where it runs, or where its process died. */
  readonly end: z.output<typeof ended> | undefined
}

export interface JournalReading {
  /** Oldest first. */
  readonly operations: readonly Operation[]
  /** Lines that could not be read, and were skipped. */
  readonly damagedLines: number
}

/** What was done, in the order in which it was done. */
export interface Journal {
  /** One sentence for whoever finds something wrong with it. */
  readonly whereToLook: string
  isWritable(): Promise<boolean>
  /** False where it could not be written down, which is logged; never raises. */
  append(line: JournalLine): Promise<boolean>
  /** What is remembered of it. Raises `journal_unreadable`; nothing where there is no journal yet. */
  read(): Promise<JournalReading>
}

/** How many lines of another journal were taken, and how many were there before. */
export interface Imported {
  readonly added: number
  readonly known: number
}
