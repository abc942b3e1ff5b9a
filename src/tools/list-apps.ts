import { z } from 'zod'
import { FlyopsError } from '../errors.js'
import type { AppSummary } from '../fly/flyctl.js'
import { orgSlug } from './create-app.js'
import { withDetails } from './diagnosed.js'
import * as fields from './parameters.js'
import { sideBySide } from './side-by-side.js'
import { defineTool, readsOnly, type ToolContext } from './tool.js'

const input = z.strictObject({
  org: orgSlug.optional().describe('Organization slug; default: all'),
  match: z.string().max(63).optional().describe('Only names that contain this text'),
  limit: z.number().int().min(1).max(100).default(20).describe('How many'),
})

const output = z.object({
  apps: z.array(
    z.object({
      app: z.string(),
      org: z.string(),
      status: z.string(),
      release: fields.count.optional(),
      image: z.string().optional(),
      commit: z.string().optional(),
    }),
  ),
  total: fields.count,
  next: fields.next,
})

export const listApps = defineTool({
  name: 'list_apps',
  title: 'List apps',
  description:
    'Lists the apps that the login may see, each with its status and, of what its machines run, release, image and commit. A token of one app may not list: then ask for that app with check_health. Changes nothing.',
  annotations: readsOnly,
  input,
  output,
  async run({ org, match = '', limit }, context) {
    const all = await context.flyctl.apps(org, context).catch((error: unknown) => {
      throw explain(error)
    })
    const apps = all.filter(({ name }) => name.includes(match) && context.mayUseApp(name))
    const shown = await sideBySide(apps.slice(0, limit), 4, (app) => describe(app, context))
    return { apps: [...shown], total: apps.length, next: [] }
  },
  summarize({ apps, total }) {
    const shown = apps.map(({ app, status }) => `${app} (${status})`)
    return `Apps (${apps.length} of ${total}): ${shown.join(', ') || 'none'}.`
  },
})

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
  if (!(error instanceof FlyopsError) || error.code !== 'not_authenticated') return error
  const ofOneApp =
    'A token of one app (fly tokens create deploy) may not list apps: use one of the organization (fly tokens create org), or ask for a single app with check_health.'
  return withDetails(error, { remedy: [error.remedy ?? [], ofOneApp].flat().join(' ') })
}
