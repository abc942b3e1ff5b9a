import type { Journal, JournalLine } from '../journal/journal.js'

type Started = Extract<JournalLine, { event: 'started' }>
type Ended = Extract<JournalLine, { event: 'ended' }>

/** A journal whose operations are told elsewhere too: a line when one begins, and one when it has ended. */
export function auditJournal(journal: Journal, tell: (line: object) => void): Journal {
  const begun = new Map<string, Subject>()
  function follow(line: JournalLine): void {
    if (line.event === 'started') {
      const subject = subjectOf(line)
      begun.set(line.id, subject)
      tell({ audit: 'started', at: line.at, ...subject, args: withoutValues(line.args) })
    }
    if (line.event === 'ended') {
      tell({ audit: 'ended', at: line.at, ...begun.get(line.id), ...endingOf(line) })
      begun.delete(line.id)
    }
  }
  return {
    ...journal,
    append(line) {
      follow(line)
      return journal.append(line)
    },
  }
}

type Subject = ReturnType<typeof subjectOf>

/** In both lines: whoever reads one needs not have kept the other. */
function subjectOf({ id, owner = 'local', tool, app, platform }: Started) {
  return { id, who: owner, tool, app, platform }
}

function endingOf({ id, status, durationMs, code, message, result }: Ended) {
  return { id, status, duration_ms: durationMs, code, message, result }
}

/** Variables and keys of fly.toml may hold what is nobody else's business: of those only the names are told. */
function withoutValues({ env, set, ...args }: Started['args']): object {
  return {
    ...args,
    ...(env === undefined ? {} : { env: Object.keys(Object(env)) }),
    ...(Array.isArray(set) ? { set: set.map((each) => String(each).split('=')[0]) } : {}),
  }
}
