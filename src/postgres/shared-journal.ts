import { FlyopsError, hasCode } from '../errors.js'
import { selectionLimits } from '../journal/create-journal.js'
import type { Imported, Journal, JournalLine, JournalReading } from '../journal/journal.js'
import { createSelection } from '../journal/selection.js'
import type { Log } from '../log.js'
import { type Redact, redactDeep } from '../process/redact.js'
import { type Database, patience } from './database.js'

export interface SharedJournal extends Journal {
  /** Adds the lines that are not there yet. Raises `database_unavailable`. */
  takeOver(lines: Iterable<string>): Promise<Imported>
  /** Resolves when every line is written, or given up. */
  flush(): Promise<void>
}

export interface SharedJournalOptions {
  readonly database: Database
  readonly redact: Redact
  readonly log: Log
}

interface Row {
  readonly seq: number
  readonly line: string
}

/** One after the other, for the counter is locked meanwhile: whoever has read up to a number has missed none below. */
const add = `
with counted as (update flyops.journal_end set seq = seq + 1 returning seq)
insert into flyops.journal (seq, id, kind, line) select seq, $1, $2, $3 from counted`

const newestOfEach = `
with recent as (
  select id, row_number() over (partition by kind order by seq desc) as age
  from flyops.journal where kind is not null
)
select seq::float8 as seq, line from flyops.journal
where id in (select id from recent where age <= $1) order by journal.seq`

const since = `
select seq::float8 as seq, line from flyops.journal where seq > $1 order by journal.seq`

/** The journal as a table, with the same lines; each instance remembers of it what it would of files. */
export function createSharedJournal({
  database,
  redact,
  log,
}: SharedJournalOptions): SharedJournal {
  const selection = createSelection(selectionLimits)
  let upTo: number | undefined
  let last: { readonly upTo: number; readonly reading: WeakRef<JournalReading> } | undefined
  let reading: Promise<unknown> = Promise.resolve()
  let writing: Promise<unknown> = Promise.resolve()

  async function write(line: string, patienceMs: number): Promise<void> {
    const { id, kind } = placeOf(JSON.parse(line) as JournalLine)
    await database.query(add, [id, kind, line], patienceMs)
  }
  /** In the order in which they come, also while the server is away. */
  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = writing.then(work)
    writing = done.catch(() => {})
    return done
  }
  async function read(): Promise<JournalReading> {
    const rows =
      upTo === undefined
        ? await database.query<Row>(newestOfEach, [selectionLimits.operations], patience.read)
        : await database.query<Row>(since, [upTo], patience.read)
    for (const { line } of rows) selection.add(line)
    upTo = rows.at(-1)?.seq ?? upTo ?? 0
    const known = last?.upTo === upTo ? last.reading.deref() : undefined
    if (known !== undefined) return known
    const fresh = selection.read()
    last = { upTo, reading: new WeakRef(fresh) }
    return fresh
  }

  return {
    whereToLook: 'Look at the database of FLYOPS_DATABASE_URL.',
    isWritable: () =>
      database.query('select seq from flyops.journal_end', [], 0).then(
        () => true,
        () => false,
      ),
    async append(line) {
      const text = JSON.stringify(redactDeep(line, redact))
      try {
        await inOrder(() => write(text, patience.write))
        return true
      } catch (error) {
        log.warn({ err: String(error) }, 'the journal cannot be written')
        return false
      }
    },
    async read() {
      const answer = reading.then(read)
      reading = answer.catch(() => {})
      return answer.catch((error: unknown) => {
        throw unreadable(error)
      })
    },
    async takeOver(lines) {
      let added = 0
      let known = 0
      for (const line of lines) {
        const { id } = JSON.parse(line) as JournalLine
        const there = await database.query(
          'select 1 from flyops.journal where id = $1 and line = $2',
          [id, line],
        )
        if (there.length > 0) known += 1
        else {
          await inOrder(() => write(line, patience.ask))
          added += 1
        }
      }
      return { added, known }
    },
    async flush() {
      await writing
    },
  }
}

function placeOf(line: JournalLine): { readonly id: string; readonly kind: string | null } {
  const { id } = line
  if (line.event !== 'started') return { id, kind: null }
  return { id, kind: `${line.platform} ${line.tool} ${line.app}` }
}

function unreadable(cause: unknown): unknown {
  if (!hasCode(cause, 'database_unavailable')) return cause
  const { message, remedy, retry, next } = cause
  return new FlyopsError('journal_unreadable', 'preflight', message, { remedy, retry, next, cause })
}
