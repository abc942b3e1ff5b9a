import { FlyopsError, hasCode } from '../../errors.js'
import type { AppSummary } from '../../fly/flyctl.js'
import { judge, type Verdict } from '../../health/verdict.js'
import { sideBySide } from '../../side-by-side.js'
import type { ToolContext } from '../context.js'
import { describeCarried } from '../health/output.js'
import { next } from '../next.js'
import { previewsAmong } from '../previews/previews.js'
import { operationsIfReadable } from '../record/operations-here.js'
import type { ListAppsInput } from './list-input.js'

/** The apps that the login may see, and the caller may use, each judged without being asked from outside. */
export async function findApps({ org, match = '', limit }: ListAppsInput, context: ToolContext) {
  const all = await context.flyctl.apps(org, context).catch((error: unknown) => {
    throw explain(error)
  })
  const apps = all.filter(({ name }) => name.includes(match) && context.mayUseApp(name))
  const { operations } = await operationsIfReadable(context)
  const previews = new Map(previewsAmong(operations).map(({ app, expiresAt }) => [app, expiresAt]))
  const shown = await sideBySide(apps.slice(0, limit), 4, async (app) => {
    const expiresAt = previews.get(app.name)
    const preview = expiresAt === undefined ? {} : { expires_at: expiresAt }
    return { ...(await describe(app, context)), ...preview }
  })
  return { apps: [...shown], total: apps.length, next: lookCloser(shown) }
}

/** One call an app that may have machines; a first deploy that failed leaves some, and is none to Fly. */
async function describe(
  { name: app, org, status, isDeployed }: AppSummary,
  { flyctl, signal }: ToolContext,
) {
  const known = { app, org, status }
  if (!isDeployed && status === 'pending')
    return { ...known, verdict: 'unknown' as const, reason: 'Nothing is deployed.' }
  try {
    const seen = await flyctl.status(app, { signal })
    const { verdict, reasons } = judge({ status: seen, probe: undefined })
    return { ...known, verdict, reason: reasons.slice(0, 2).join(' '), ...describeCarried(seen) }
  } catch (error) {
    if (!(error instanceof FlyopsError) || signal.aborted) throw error
    return { ...known, verdict: 'unknown' as const, reason: error.message }
  }
}

const mostApps = 20

function lookCloser(apps: readonly { readonly app: string; readonly verdict: Verdict }[]) {
  const bad = apps.filter(({ verdict }) => verdict === 'unhealthy' || verdict === 'degraded')
  const [first, ...others] = bad.slice(0, mostApps).map(({ app }) => app)
  if (first === undefined) return []
  const asked = others.length === 0 ? { app: first } : { apps: [first, ...others] }
  return [next.checkHealth(asked, 'asks from outside too')]
}

/** Tokens of one app get refusals of several kinds from this call; one that has expired gets some of them too. */
function explain(error: unknown): unknown {
  if (!hasCode(error, 'not_authenticated')) return error
  const ofOneApp =
    'A token of one app (fly tokens create deploy) may not list apps: use one of the organization (fly tokens create org), or ask for a single app with check_health.'
  return error.with({ remedy: [error.remedy ?? [], ofOneApp].flat().join(' ') })
}
