import { FlyopsError, type NextCall } from '../../errors.js'
import { assessHealth, type HealthReport } from '../../health/assess.js'
import type { Operation } from '../../journal/journal.js'
import type { ToolContext } from '../context.js'
import { next, recalled } from '../next.js'
import type { JobAnswer } from './answer.js'

const probeMs = 10_000

export type Judged = Pick<JobAnswer, 'status' | 'result' | 'note' | 'next'>

export function isDeploy({ tool }: Pick<Operation, 'tool'>): boolean {
  return tool === 'deploy_image' || tool === 'rollback'
}

export interface Judgement {
  readonly judged: Judged
  /** Whether nothing of it is at work any more. */
  readonly isOver: boolean
}

/** What is known of an operation whose process ended before it did. */
export async function judgeWhatRuns(
  operation: Operation,
  context: ToolContext,
): Promise<Judgement> {
  if (isDeploy(operation)) return judgeDeploy(operation, context)
  return { judged: unknownEnd(operation), isOver: true }
}

/** A build or a push does no harm when it is made again. */
function unknownEnd(operation: Operation): Judged {
  return {
    status: 'unknown',
    note: 'Its process ended before it did, or is another one that still runs.',
    next: again(operation, 'what is done already is not done twice'),
  }
}

/** A deploy whose process died: only what runs now can tell, and often it does not. */
async function judgeDeploy(operation: Operation, context: ToolContext): Promise<Judgement> {
  const { app, facts } = operation
  if (facts.release_before === undefined) {
    const note = 'Its process ended before flyctl was started: nothing was deployed.'
    const judged = { status: 'failed', note, result: { app }, next: again(operation) } as const
    return { judged, isOver: true }
  }
  try {
    const report = await assessHealth(context, {
      app,
      path: text(facts.check_path),
      expectedDigest: text(facts.digest),
      timeoutMs: probeMs,
      signal: context.signal,
    })
    const result = { app, verdict: report.verdict, reasons: report.reasons }
    const { status, isOver } = await statusOf(operation, report, context)
    const offered = status === 'done' ? [lookAt(app)] : [lookAt(app), ...again(operation)]
    return { judged: { status, note: notes[status], result, next: offered }, isOver }
  } catch (error) {
    if (!(error instanceof FlyopsError) || context.signal.aborted) throw error
    const note = `Its process ended before it did, and what runs could not be seen: ${error.message}`
    return { judged: { status: 'unknown', note, next: [lookAt(app)] }, isOver: false }
  }
}

const notes = {
  done: 'Its process ended before it did, but every machine runs what it deployed, and the app is healthy.',
  failed:
    'Its process ended before it did, and Fly’s record says that the release did not succeed.',
  unknown: 'Its process ended before it did, and what runs now does not prove how it ended.',
} as const

/** `done` and `failed` are proven; everything else is unknown. */
async function statusOf(
  { facts, args }: Operation,
  { status, verdict }: HealthReport,
  { flyctl, signal }: ToolContext,
): Promise<{ readonly status: keyof typeof notes; readonly isOver: boolean }> {
  const before = Number(facts.release_before)
  const isNew = ({ release = 0, imageDigest }: (typeof status.machines)[number]) =>
    release > before && facts.digest !== undefined && imageDigest === facts.digest
  const all = status.machines.length > 0 && status.machines.every(isNew)
  if (all && verdict === 'healthy') return { status: 'done', isOver: true }
  const releases = await flyctl.releases(status.name, { signal })
  const made = releases.filter(({ version, image }) => version > before && image === args.image)
  const areAll = (statuses: RegExp) =>
    made.length > 0 && made.every((release) => statuses.test(release.status))
  const isFailed = areAll(/^(?:failed|interrupted)$/)
  return {
    status: isFailed ? 'failed' : 'unknown',
    isOver: areAll(/^(?:failed|interrupted|complete)$/),
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function lookAt(app: string): NextCall {
  return next.checkHealth({ app }, 'shows what runs now')
}

/** Nothing where its arguments were not all written down: whoever made the call knows them. */
function again({ tool, args }: Operation, why = 'deploys again'): NextCall[] {
  return [recalled(tool, args, why) ?? []].flat()
}
