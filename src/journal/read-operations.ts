import { parseJson } from '../process/json.js'
import { type JournalLine, type JournalReading, journalLine, type Operation } from './journal.js'

/** The operations that the lines of a journal tell; lines that cannot be read are counted. */
export function readOperations(text: string): JournalReading {
  const operations = new Map<string, Operation>()
  let damagedLines = 0
  for (const written of text.split('\n')) {
    if (written.trim() === '') continue
    const line = journalLine.safeParse(parseJson(written)).data
    if (line === undefined) damagedLines += 1
    else add(operations, line)
  }
  return { operations: [...operations.values()], damagedLines }
}

function add(operations: Map<string, Operation>, line: JournalLine): void {
  if (line.event === 'started') {
    const { event: _event, at, ...rest } = line
    operations.set(line.id, { ...rest, startedAt: at, facts: {}, end: undefined })
    return
  }
  // Its first line may be the damaged one.
  const operation = operations.get(line.id)
  if (operation === undefined) return
  operations.set(
    line.id,
    line.event === 'ended'
      ? { ...operation, end: line }
      : { ...operation, facts: { ...operation.facts, ...line.facts } },
  )
}
