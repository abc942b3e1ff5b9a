import { setTimeout as sleep } from 'node:timers/promises'
import type { NextCall } from '../../errors.js'
import type { Limits } from '../../jobs/job.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { recorded } from '../record/recorded.js'
import { findSource as findValues } from '../secrets/source.js'
import type { PromoteInput } from './input.js'
import { nothingPromoted } from './nothing-promoted.js'
import { checkSet, setAmong, setOf } from './set.js'
import { findSource, type Source } from './source.js'
import { type Promotion, promoteTo, type TargetResult } from './target.js'
import { validatingOnce } from './validation.js'
import { inWaves } from './waves.js'

/** Deploys one image to the apps, or shows what would differ. Raises the first one's reason where no app took it. */
export async function promoteToApps(request: PromoteInput, context: ToolContext) {
  checkSet(request)
  const source = await findSource(request, context)
  if (request.plan_only) return promote(request, source, context)
  const operation = { tool: 'promote_image', app: source.app, args: request }
  return recorded(operation, context, () => promote(request, source, context))
}

/** A promotion is as many deploys after another as it has waves. */
export function promotionLimits(
  { apps, wave_size }: PromoteInput,
  { totalMs, silenceMs }: Limits,
): Limits {
  return { totalMs: totalMs * (1 + Math.ceil((apps.length - 1) / wave_size)), silenceMs }
}

const longestJitterMs = 2_000

async function promote(request: PromoteInput, source: Source, context: ToolContext) {
  const apps = [...new Set(request.apps)]
  let ended = 0
  const promotion: Promotion = {
    ...source,
    context: request.context,
    isPlan: request.plan_only,
    isDetailed: request.details,
    copyEnv: request.copy_env,
    setOf: (app) => setOf(request, app),
    validate: validatingOnce(context),
  }
  const work = async (app: string) => {
    const result = await promoteTo(app, promotion, context)
    ended += 1
    const percent = (100 * ended) / apps.length
    context.progress({ message: `${app}: ${result.status}`, percent, stage: 'deploy' })
    return result
  }
  const done = await inWaves(apps, work, isGood, {
    waveSize: request.wave_size,
    continueOnFailure: request.continue_on_failure || request.plan_only,
    pause: () => sleep(request.plan_only ? 0 : Math.random() * longestJitterMs),
  })
  if (!request.plan_only && !done.some(isGood)) throw nothingPromoted(done, request, source)
  const left = apps.slice(done.length).map((app) => ({ app, status: 'not_started' as const }))
  const told = answer(request, source, [...done.map(shown), ...left])
  const failed = done.flatMap(({ error }) => (request.plan_only ? (error ?? []) : []))
  const repairs = failed.flatMap(({ next: calls }) => calls)
  const secrets = request.plan_only ? await secretsFirst(done, request, context) : []
  const undo = undoAll(
    done.flatMap((result) => result.undo ?? []),
    request,
  )
  return { ...told, next: [...repairs, ...secrets, ...told.next, ...undo].slice(0, mostCalls) }
}

const mostCalls = 3

/** One call, however many apps it takes back. */
function undoAll(calls: readonly NextCall[], { context }: PromoteInput): readonly NextCall[] {
  const apps = calls.map(({ arguments: args }) => String(args.app))
  return apps.length < 2 ? calls : [next.rollback({ apps, context }, 'undoes all of it')]
}

/** Without them what runs at the source may not run there. */
async function secretsFirst(
  results: readonly TargetResult[],
  { context: folder }: PromoteInput,
  context: ToolContext,
): Promise<readonly NextCall[]> {
  const lacking = results.filter(({ lacking = [] }) => lacking.length > 0).slice(0, mostCalls - 1)
  if (lacking.length === 0) return []
  const placeOf = await findValues({ context: folder }, context)
  return lacking.map(({ app, lacking: names = [] }) => {
    const { from, file } = placeOf(names)
    return next.setSecrets(
      { app, names: [...names], from, file, stage: true },
      'gives it secrets that the source has',
    )
  })
}

function shown({ error: _error, undo: _undo, lacking: _lacking, ...result }: TargetResult): Result {
  return result
}

function isGood({ status }: Pick<TargetResult, 'status'>): boolean {
  return status !== 'failed'
}

type Result = Omit<TargetResult, 'error' | 'undo' | 'lacking' | 'status'> & {
  readonly status: TargetResult['status'] | 'not_started'
}

function answer(
  { plan_only, ...request }: PromoteInput,
  { image, digest }: Source,
  results: readonly Result[],
) {
  const rest = results.filter(({ status }) => status === 'failed' || status === 'not_started')
  const { context, wave_size, copy_env } = request
  const call = (of: readonly { readonly app: string }[], why: string) => {
    const apps = of.map(({ app }) => app)
    const set = setAmong(request, apps)
    return next.promoteImage({ image, context, wave_size, copy_env, apps, set }, why)
  }
  const planned = results.filter(({ status }) => status === 'planned')
  const offered = plan_only
    ? planned.length > 0
      ? [
          call(
            planned,
            planned.length === results.length ? 'does it' : 'does it for those that can have it',
          ),
        ]
      : []
    : rest.length > 0
      ? [call(rest, 'goes on with those that are left')]
      : []
  const isPartly = rest.length > 0 && !plan_only
  const status = isPartly ? ('partly_done' as const) : ('done' as const)
  return { status, image, digest, results: [...results], next: offered }
}
