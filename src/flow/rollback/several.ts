import { FlyopsError } from '../../errors.js'
import type { Limits } from '../../jobs/job.js'
import { sideBySide } from '../../side-by-side.js'
import type { ToolContext } from '../context.js'
import { failedApp } from '../failed-app.js'
import { failureOf } from '../failure.js'
import { next } from '../next.js'
import { recorded } from '../record/recorded.js'
import type { RollbackInput, RollbackRequest } from './input.js'
import { rollBack } from './rollback.js'

/** One app goes back, or several do, each to its last healthy release. Raises the first one's reason where none could. */
export async function rollBackApps(request: RollbackRequest, context: ToolContext) {
  const { app, apps, to, context: folder } = request
  if (app !== undefined && apps === undefined)
    return rollBack({ app, to, context: folder }, context)
  if (apps === undefined || app !== undefined || to !== undefined) throw needsOne()
  const operation = { tool: 'rollback', app: apps[0] ?? '', args: request }
  return recorded(operation, context, () => rollBackAll(request, [...new Set(apps)], context))
}

const atOnce = 4

/** Some of them go back at a time. */
export function rollbackLimits({ apps = [] }: RollbackRequest, limits: Limits): Limits {
  return { ...limits, totalMs: limits.totalMs * Math.max(1, Math.ceil(apps.length / atOnce)) }
}

async function rollBackAll(
  { context: folder }: RollbackRequest,
  apps: readonly string[],
  context: ToolContext,
) {
  const ends = await sideBySide(apps, atOnce, (app) =>
    rollBackOne({ app, to: undefined, context: folder }, context),
  )
  const [first] = ends.flatMap(({ error }) => error ?? [])
  const failed = ends.filter(({ error }) => error !== undefined)
  if (first !== undefined && failed.length === ends.length) throw first
  const left = failed.map(({ result: { app } }) => app)
  return {
    status: left.length > 0 ? ('partly_done' as const) : ('done' as const),
    results: ends.map(({ result }) => result),
    next: [
      ...(first?.next ?? []).slice(0, 1),
      next.checkHealth({ apps: [...apps] }, 'looks again at any time'),
    ],
  }
}

async function rollBackOne(request: RollbackInput, context: ToolContext) {
  const { app } = request
  const own: ToolContext = {
    ...context,
    isStep: true,
    progress: () => context.progress({ message: `${app}: going back`, stage: 'deploy' }),
  }
  try {
    const { returned_to, release, image, verdict } = await rollBack(request, own)
    return { result: { app, status: 'done', returned_to, release, image, verdict } }
  } catch (cause) {
    const error = failureOf(cause, { ...context, tool: 'rollback', args: request })
    return { error, result: failedApp(app, error) }
  }
}

function needsOne(): FlyopsError {
  return new FlyopsError('invalid_input', 'settings', 'app: give either it or `apps`.', {
    remedy: 'Give `app`, with `to` where a certain release is meant, or `apps` without it.',
  })
}
