import { access, constants, stat } from 'node:fs/promises'
import { FlyopsError } from '../errors.js'
import type { Log } from '../log.js'
import { type Redact, redactDeep } from '../process/redact.js'
import { appendLine } from './append-line.js'
import { filesOf, isMissing, type JournalFiles, openIfThere } from './files.js'
import type { Journal, JournalReading } from './journal.js'
import { eachLine } from './lines.js'
import { rotate } from './rotate.js'
import { createSelection, type Selection } from './selection.js'

export interface JournalOptions {
  /** Absolute path; made where it is missing. Others lie beside it (files.ts). */
  readonly file: string
  readonly redact: Redact
  readonly log: Log
  /** From this size on a new file is begun. */
  readonly maxFileBytes?: number
}

/** What is remembered: more than lists show, and no more than can be read in the time of a call. */
export const selectionLimits = { operations: 50, chars: 8_000_000 }
const defaultMaxFileBytes = 8_000_000
/** A disk that is full stays so for a while. */
const rotationPauseMs = 60_000

/** Files of JSON lines that are only ever appended to, for their owner alone to read. */
export function createJournal(options: JournalOptions): Journal {
  const { file, redact, log, maxFileBytes = defaultMaxFileBytes } = options
  const files = filesOf(file)
  const sayOnce = createSayOnce(log)
  let nextRotationMs = 0
  let last: { readonly stamp: string; readonly reading: WeakRef<JournalReading> } | undefined
  let before: Promise<unknown> = Promise.resolve()

  async function rotateWhereLarge(bytes: number): Promise<void> {
    if (bytes < maxFileBytes || performance.now() < nextRotationMs) return
    await rotate(files, selectionLimits, log).catch((error: unknown) => {
      nextRotationMs = performance.now() + rotationPauseMs
      sayOnce({ file, err: error }, 'no new file of the journal can be begun')
    })
  }
  async function read(): Promise<JournalReading> {
    await rotateWhereLarge(await sizeOf(file))
    const stamp = await stampOf(files)
    const known = last?.stamp === stamp ? last.reading.deref() : undefined
    if (known !== undefined) return known
    const reading = (await readAll(files)).read()
    last = { stamp, reading: new WeakRef(reading) }
    return reading
  }

  return {
    whereToLook: `Look at ${file}; FLYOPS_STATE_DIR says where it is kept.`,
    // What is missing is made by the first line.
    isWritable: () => access(file, constants.W_OK).then(() => true, isMissing),
    async append(line) {
      try {
        await rotateWhereLarge(await appendLine(file, JSON.stringify(redactDeep(line, redact))))
        return true
      } catch (error) {
        sayOnce({ file, err: error }, 'the journal cannot be written')
        return false
      }
    },
    /** One after the other: of many who read at once, the first reads for all. */
    async read() {
      const reading = before.then(read)
      before = reading.catch(() => {})
      return reading.catch((error: unknown) => {
        sayOnce({ file, err: error }, 'the journal cannot be read')
        throw unreadable(error)
      })
    },
  }
}

/** The lines of all that is remembered, as they were written. Raises what the file system raises. */
export async function rememberedLines(file: string): Promise<Iterable<string>> {
  return (await readAll(filesOf(file))).lines()
}

/** Opened in the order in which lines move on, so that none is missed, and read in that of their age. */
async function readAll({ current, moving, kept }: JournalFiles): Promise<Selection> {
  const selection = createSelection(selectionLimits)
  const opened = []
  try {
    for (const path of [current, moving, kept]) opened.unshift(await openIfThere(path))
    for (const file of opened) if (file !== undefined) await eachLine(file, selection.add)
    return selection
  } finally {
    await Promise.all(opened.map((file) => file?.close()))
  }
}

/** Changes with whatever is written. */
async function stampOf({ current, moving, kept }: JournalFiles): Promise<string> {
  const stamps = [current, moving, kept].map((path) =>
    stat(path).then(
      ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
      () => 'none',
    ),
  )
  return (await Promise.all(stamps)).join()
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  )
}

function createSayOnce(log: Log) {
  const said = new Set<string>()
  return (details: object, text: string) => {
    if (!said.has(text)) log.warn(details, text)
    said.add(text)
  }
}

function unreadable(cause: unknown): FlyopsError {
  const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
  return new FlyopsError(
    'journal_unreadable',
    'preflight',
    `The journal cannot be read${code}: what flyops did before is not known.`,
    {
      remedy: 'Make it readable for the user of flyops; FLYOPS_STATE_DIR says where it is kept.',
      retry: 'once',
      cause,
    },
  )
}
