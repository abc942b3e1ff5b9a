import { hasCode } from '../../errors.js'
import type { AppSummary } from '../../fly/flyctl.js'
import type { ToolContext } from '../context.js'
import { sideBySide } from '../side-by-side.js'
import type { ListAppsInput } from './list-input.js'

/** The apps that the login may see, and the caller may use. */
export async function findApps({ org, match = '', limit }: ListAppsInput, context: ToolContext) {
  const all = await context.flyctl.apps(org, context).catch((error: unknown) => {
    throw explain(error)
  })
  const apps = all.filter(({ name }) => name.includes(match) && context.mayUseApp(name))
  const shown = await sideBySide(apps.slice(0, limit), 4, (app) => describe(app, context))
  return { apps: [...shown], total: apps.length, next: [] }
}

/** One call an app that was deployed; what cannot be seen is left out. */
async function describe(
  { name, org, status, isDeployed }: AppSummary,
  { flyctl, signal }: ToolContext,
) {
  const summary = { app: name, org, status }
  if (!isDeployed) return summary
  const seen = await flyctl.status(name, { signal }).catch(() => undefined)
  const newest = seen?.machines.toSorted((a, b) => (b.release ?? 0) - (a.release ?? 0))[0]
  if (newest === undefined) return summary
  const { release, image, commit } = newest
  return {
    ...summary,
    ...(release === undefined ? {} : { release }),
    ...(image === undefined ? {} : { image }),
    ...(commit === undefined ? {} : { commit }),
  }
}

/** Tokens of one app get refusals of several kinds from this call; one that has expired gets some of them too. */
function explain(error: unknown): unknown {
  if (!hasCode(error, 'not_authenticated')) return error
  const ofOneApp =
    'A token of one app (fly tokens create deploy) may not list apps: use one of the organization (fly tokens create org), or ask for a single app with check_health.'
  return error.with({ remedy: [error.remedy ?? [], ofOneApp].flat().join(' ') })
}
