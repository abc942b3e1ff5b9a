import type { Writable } from 'node:stream'
import type { Journal } from '../journal/journal.js'
import type { Log } from '../log.js'
import type { Redact } from '../process/redact.js'
import { auditJournal } from './audit-journal.js'
import type { AuditSettings } from './audit-settings.js'
import { postLines } from './post-lines.js'
import { writeLines } from './write-lines.js'

export interface AuditParts {
  /** Where lines go that are to be written. */
  readonly stream: Writable
  readonly redact: Redact
  readonly log: Log
}

/** The journal, told elsewhere as the settings say; `flush` resolves when nothing of that waits. */
export function audited(
  journal: Journal,
  settings: AuditSettings,
  { stream, redact, log }: AuditParts,
): { readonly journal: Journal; readonly flush: () => Promise<void> } {
  if (settings === undefined) return { journal, flush: async () => {} }
  const sink = settings.to === 'stdout' ? writeLines(stream, log) : postLines({ ...settings, log })
  return { journal: auditJournal(journal, sink, redact), flush: sink.flush }
}
