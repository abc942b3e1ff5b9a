import type { Writable } from 'node:stream'
import { together, type Watch } from '../flow/watch.js'
import type { Journal } from '../journal/journal.js'
import type { Log } from '../log.js'
import { type Redact, redactDeep } from '../process/redact.js'
import { auditJournal } from './audit-journal.js'
import { auditRefusals } from './audit-refusals.js'
import type { AuditSettings } from './audit-settings.js'
import { postLines } from './post-lines.js'
import { writeLines } from './write-lines.js'

export interface AuditParts {
  /** Where lines go that are to be written. */
  readonly stream: Writable
  readonly redact: Redact
  readonly log: Log
}

/** Those who hear of the work. */
export interface Listeners {
  readonly journal: Journal
  readonly watch: Watch
}

export interface Audited extends Listeners {
  /** Resolves when no line waits. */
  readonly flush: () => Promise<void>
}

/** The same who hear of the work, and who tell it elsewhere as the settings say. */
export function audited(
  listeners: Listeners,
  settings: AuditSettings,
  { stream, redact, log }: AuditParts,
): Audited {
  if (settings === undefined) return { ...listeners, flush: async () => {} }
  const sink = settings.to === 'stdout' ? writeLines(stream, log) : postLines({ ...settings, log })
  const tell = (line: object) => sink.add(JSON.stringify(redactDeep(line, redact)))
  return {
    journal: auditJournal(listeners.journal, tell),
    watch: together(listeners.watch, auditRefusals(tell)),
    flush: sink.flush,
  }
}
