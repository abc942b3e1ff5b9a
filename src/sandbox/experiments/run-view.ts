import { setTimeout as sleep } from 'node:timers/promises'
import { type CallEntry, callsIn, type Outcome, readCalls } from './record.js'
import type { Scenario } from './scenario.js'
import { scoreOf } from './score.js'

/** What a run does: in this order. */
export const steps = ['prepare', 'run', 'judge', 'end'] as const

export type Step = (typeof steps)[number]

type JudgedGoal = Outcome['goals'][number]

/** How a run stands, for its window. */
export interface ShownRun {
  readonly scenario: string
  readonly title: string
  readonly task: string
  readonly seed: number
  readonly steps: typeof steps
  readonly step: Step
  /** In the scenario's order; `reached` is null before it is judged. */
  readonly goals: readonly (Omit<JudgedGoal, 'reached'> & { readonly reached: boolean | null })[]
  /** What the command has called, in order. */
  readonly calls: readonly Pick<CallEntry, 'tool' | 'is_error' | 'duration_ms' | 'text'>[]
  /** Of a hundred, once all goals are judged. */
  readonly score: number | null
}

/** The beginning of an answer. */
const shownChars = 160

/** So long at most a window that was open is waited for. */
const lastLookMs = 3_000

/** Remembers how a run stands, and tells whoever looks. */
export function createRunView({ name, title, task, goals }: Scenario, seed: number) {
  const judged: JudgedGoal[] = []
  let step: Step = 'prepare'
  let callsFile: string | undefined
  let isWatched = false
  let looksAtEnd = 0
  const endIsShown = Promise.withResolvers<void>()
  return {
    reach(next: Step): void {
      step = next
    },
    /** Where our own flyops writes what the command calls. */
    listenTo(file: string): void {
      callsFile = file
    },
    judged: (goal: JudgedGoal) => void judged.push(goal),
    async read(): Promise<ShownRun> {
      isWatched = true
      if (step === 'end') looksAtEnd += 1
      // Whoever looks again has shown what it saw before.
      if (looksAtEnd === 2) endIsShown.resolve()
      const happened = callsFile === undefined ? [] : await readCalls(callsFile)
      return {
        scenario: name,
        title,
        task,
        seed,
        steps,
        step,
        goals: goals.map(({ text }, n) => judged[n] ?? { goal: text, reached: null, why: '' }),
        calls: callsIn(happened).map(({ tool, is_error, duration_ms, text }) => {
          const [line = ''] = text.split('\n')
          return { tool, is_error, duration_ms, text: line.slice(0, shownChars) }
        }),
        score: judged.length === goals.length ? scoreOf(judged) : null,
      }
    },
    /** A window that was open gets to show how the run ended, before the sandbox goes. */
    async lastLook(): Promise<void> {
      if (isWatched) await Promise.race([endIsShown.promise, sleep(lastLookMs)])
    },
  }
}
