import { access, constants, mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../log.js'
import { type Redact, redactDeep } from '../process/redact.js'
import type { Journal } from './journal.js'
import { readOperations } from './read-operations.js'

export interface JournalOptions {
  /** Absolute path; made where it is missing. */
  readonly file: string
  readonly redact: Redact
  readonly log: Log
}

/** A file of JSON lines that is only ever appended to, for its owner alone to read. */
export function createJournal({ file, redact, log }: JournalOptions): Journal {
  let isReported = false
  return {
    file,
    // What is missing is made by the first line.
    isWritable: () => access(file, constants.W_OK).then(() => true, isMissing),
    async append(line) {
      try {
        await appendLine(file, JSON.stringify(redactDeep(line, redact)))
        return true
      } catch (error) {
        if (!isReported) log.warn({ file, err: error }, 'the journal cannot be written')
        isReported = true
        return false
      }
    },
    async read() {
      const text = await readFile(file, 'utf8').catch((error: unknown) => {
        if (!isMissing(error)) log.warn({ file, err: error }, 'the journal cannot be read')
        return ''
      })
      return readOperations(text)
    },
  }
}

/** One write a line: the system appends it whole, also beside other processes. */
async function appendLine(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await handle.read(last, 0, 1, size - 1)
    // Whoever crashed in the middle of a line must not spoil the next.
    const isBroken = size > 0 && last.toString() !== '\n'
    await handle.write(`${isBroken ? '\n' : ''}${line}\n`)
  } finally {
    await handle.close()
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
