import { Hono } from 'hono'
import { z } from 'zod'
import { organization } from '../platform/organization.js'
import type { Platform } from '../platform/platform.js'
import type { App } from '../platform/rows.js'
import type { ApiContext } from './context.js'
import { appName } from './parameters.js'

const newApp = z.object({
  name: z.string(),
  org_slug: z.string(),
  network: z.string().nullish(),
})

/** `/v1/apps` (fly-go, flaps/flaps_apps.go). */
export function appRoutes({ platform, machines, edge }: ApiContext): Hono {
  const { apps } = platform
  const routes = new Hono()
  // flyctl takes the first app of a role for its own, and deletes it where it is not as it should be.
  routes.get('/', (c) => {
    const { org_slug: slug = organization.slug, app_role: role } = c.req.query()
    const found = slug === organization.slug && !role ? apps.list() : []
    return c.json({ apps: found.map((app) => appView(app, platform)) })
  })

  routes.post('/', async (c) => {
    const { name, org_slug, network } = newApp.parse(await c.req.json())
    const port = await edge.allocate()
    const app = apps.create({ name, organization: org_slug, network: network ?? '', port })
    await edge.open(name)
    return c.json(appView(app, platform), 201)
  })

  routes.get('/:app', (c) => c.json(appView(apps.get(c.req.param('app')), platform)))

  routes.delete('/:app', async (c) => {
    const name = appName(c, platform)
    const view = appView(apps.get(name), platform)
    await Promise.all(platform.machines.present(name).map(({ id }) => machines.destroy(id)))
    await edge.close(name)
    apps.remove(name)
    return c.json(view, 202)
  })
  return routes
}

function appView({ name, internalNumericId, network }: App, platform: Platform) {
  const { slug, internalNumericId: organizationId, name: organizationName } = organization
  return {
    id: name,
    name,
    internal_numeric_id: internalNumericId,
    network,
    status: platform.apps.status(name),
    machine_count: platform.machines.present(name).length,
    volume_count: platform.volumes.list(name).filter(({ isDestroyed }) => !isDestroyed).length,
    organization: { name: organizationName, slug, internal_numeric_id: organizationId },
    cname_target: name,
    app_role: '',
  }
}
