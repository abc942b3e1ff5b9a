import type { Stage } from '../../errors.js'
import { cutText } from '../../process/plain-text.js'
import type { ToolContext } from '../context.js'
import type { ShipPlan } from '../plan/ship-plan.js'
import type { ShipInput } from './input.js'

export const stepNames = ['build', 'create_app', 'test', 'push', 'deploy'] as const

export type StepName = (typeof stepNames)[number]

/** Why a step is not needed, in a plan as in the deed; a test has reasons of its own. */
export const doneAlready: Readonly<Record<Exclude<StepName, 'test'>, string>> = {
  build: 'this commit was built already',
  create_app: 'the app is there',
  push: 'the registry has it',
  deploy: 'every machine runs it with these settings',
}

export interface StepReport {
  readonly step: StepName
  readonly status: 'done' | 'skipped' | 'planned'
  /** Of one that is skipped, or done once more. */
  readonly why?: string
  readonly duration_ms?: number
}

/** The steps of one ship: what was done, what was not needed, and how far it is. */
export interface Steps {
  /** Those that ended well, in the order of the flow. */
  reports(): StepReport[]
  skip(step: StepName, why: string): void
  /** Does the step with a journal entry and a share of the progress of its own. */
  run<T>(step: StepName, work: (context: ToolContext) => Promise<T>, why?: string): Promise<T>
}

/** Percent of the whole that steps begin and end at; the creation of an app is beside the build. */
const shares: Readonly<Record<StepName, readonly [number, number]>> = {
  build: [0, 40],
  create_app: [0, 0],
  test: [40, 50],
  push: [50, 65],
  deploy: [65, 100],
}

const stages: Readonly<Record<StepName, Stage>> = {
  build: 'build',
  create_app: 'create_app',
  test: 'test',
  push: 'push',
  deploy: 'deploy',
}

export function createSteps(context: ToolContext): Steps {
  const reports: StepReport[] = []
  return {
    reports: () =>
      reports.toSorted((one, other) => stepNames.indexOf(one.step) - stepNames.indexOf(other.step)),
    skip(step, why) {
      reports.push({ step, status: 'skipped', why })
    },
    async run(step, work, why) {
      const startedAt = performance.now()
      const message = why === undefined ? `${step}: begins` : `${step}: once more, for ${why}`
      context.progress({ message, stage: stages[step] })
      const result = await work(stepContext(step, context))
      const durationMs = Math.round(performance.now() - startedAt)
      const reason = why === undefined ? {} : { why: cutText(why, shownChars) }
      reports.push({ step, status: 'done', ...reason, duration_ms: durationMs })
      return result
    },
  }
}

const shownChars = 300

function stepContext(step: StepName, context: ToolContext): ToolContext {
  const [from, to] = shares[step]
  return {
    ...context,
    isStep: true,
    progress({ percent, ...update }) {
      const whole = percent === undefined ? {} : { percent: from + ((to - from) * percent) / 100 }
      context.progress({ ...update, ...whole })
    },
  }
}

/** Undefined where the image is to be built. */
export function whyNoBuild({ build, unchanged, imageId }: ShipPlan): string | undefined {
  if (unchanged === undefined) return imageId === undefined ? undefined : doneAlready.build
  const { commit } = unchanged
  if (commit === build.state.commit) return doneAlready.build
  const before = commit === undefined ? '' : ` as of commit ${commit.slice(0, 7)}`
  return `unchanged since live: what the builder would get is the same${before}`
}

/** How a step goes that is to be done, where that is not as usual. */
export function howPlanned(step: StepName, { elsewhere }: ShipPlan): Pick<StepReport, 'why'> {
  if (elsewhere === undefined) return {}
  const { place, setting } = elsewhere
  if (step === 'build') return { why: `at ${place}, as ${setting} says; it pushes too` }
  return step === 'push' ? { why: 'finds what the build has pushed' } : {}
}

/** Undefined where the image is to be tested. */
export function whyNoTest(
  { skip_test }: ShipInput,
  { unchanged, isDeployed, isTested, digest, isLocal, elsewhere }: ShipPlan,
): string | undefined {
  if (skip_test) return 'skip_test'
  if (unchanged !== undefined) return 'the app runs this image'
  if (elsewhere !== undefined)
    return `it needs a Docker engine, and ${elsewhere.setting} builds without one`
  if (isTested) return 'this image passed before'
  if (isDeployed) return 'the app runs this image'
  return digest !== undefined && !isLocal ? 'the image is in the registry alone' : undefined
}
