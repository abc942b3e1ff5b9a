import { type Actor, factsOf, isErrorCode } from '../error-codes.js'
import type { Depth, Diagnosis, Entry, Repair, StageHint } from './diagnosis.js'
import { entries } from './entries.js'
import { literalChars, literalRuns } from './specificity.js'
import { whatFailed } from './what-failed.js'

interface Match {
  readonly entry: Entry
  readonly found: RegExpExecArray
  readonly literals: number
}

const depthRank: Readonly<Record<Depth, number>> = { wrapper: 0, symptom: 1, cause: 2 }
const known = entries.map((entry) => ({ entry, runs: literalRuns(entry.pattern) }))

/**
 * What a program's output means; undefined where no entry matches. The most specific entry wins: first by
 * depth (a cause before a symptom before the wrapper around both), then by the plain characters of its
 * pattern that stand in the match; `stage` only breaks ties, and then the order of the entries.
 */
export function diagnose(
  text: string,
  { stage }: { readonly stage?: StageHint | undefined } = {},
): Diagnosis | undefined {
  const failed = whatFailed(text)
  const matches = known.flatMap(({ entry, runs }): Match[] => {
    const found = entry.pattern.exec(failed)
    return found === null ? [] : [{ entry, found, literals: literalChars(runs, found[0]) }]
  })
  const best = matches.toSorted(
    (a, b) =>
      depthOf(b) - depthOf(a) ||
      b.literals - a.literals ||
      Number(b.entry.stage === stage) - Number(a.entry.stage === stage),
  )[0]
  return best === undefined ? undefined : describe(best)
}

function depthOf({ entry }: Match): number {
  return depthRank[entry.depth ?? 'cause']
}

function describe({ entry, found }: Match): Diagnosis {
  const { id, stage, cause, remedy, retry, next } = entry
  const groups = found.groups ?? {}
  return {
    id,
    stage,
    cause: fill(cause, groups),
    remedy: fill(remedy, groups),
    retry,
    who: actorOf(entry),
    next: next === undefined ? undefined : complete(next, groups),
  }
}

/** One fact: whoever must act on a code must act on the entry of its name. */
export function actorOf({ id, who }: Entry): Actor {
  return isErrorCode(id) ? factsOf(id).who : (who ?? 'ask')
}

type Groups = Readonly<Record<string, string | undefined>>

function fill(sentence: string, groups: Groups): string {
  return sentence.replace(/\$<(\w+)>/g, (_whole, name: string) => groups[name] ?? '…')
}

/** Moves what the text itself says from `needs` to `arguments`. */
function complete(repair: Repair, groups: Groups): Repair {
  const said = repair.needs.filter((name) => groups[name] !== undefined)
  return {
    ...repair,
    arguments: {
      ...repair.arguments,
      ...Object.fromEntries(said.map((name) => [name, groups[name]])),
    },
    needs: repair.needs.filter((name) => !said.includes(name)),
  }
}
