import { Hono } from 'hono'
import { z } from 'zod'
import { organization } from '../platform/organization.js'
import type { Address, App, Secret, Volume } from '../platform/rows.js'
import type { ApiContext } from './context.js'

const newApp = z.object({
  name: z.string(),
  org_slug: z.string(),
  network: z.string().nullish(),
})
const newAddress = z.object({ type: z.string(), region: z.string().nullish() })
const newVolume = z.object({
  name: z.string(),
  region: z.string().nullish(),
  size_gb: z.number().nullish(),
})
const secretValues = z.object({ values: z.record(z.string(), z.string().nullable()) })
const secretValue = z.object({ value: z.string() })

/** The Machines API's routes below /v1/apps, machines excepted (fly-go, flaps/). */
export function appRoutes(context: ApiContext): Hono {
  const { platform, machines, edge } = context
  const routes = new Hono()

  routes.get('/', (c) => c.json({ apps: platform.apps.list().map((app) => appView(app)) }))

  routes.post('/', async (c) => {
    const { name, org_slug, network } = newApp.parse(await c.req.json())
    const port = await edge.allocate()
    const wanted = { name, organization: org_slug, network: network ?? '', port }
    const app = platform.apps.create(wanted)
    await edge.open(name)
    return c.json(appView(app), 201)
  })

  routes.get('/:app', (c) => c.json(appView(platform.apps.get(c.req.param('app')))))

  routes.delete('/:app', async (c) => {
    const app = platform.apps.get(c.req.param('app'))
    await Promise.all(platform.machines.list(app.name).map(({ id }) => machines.destroy(id)))
    await edge.close(app.name)
    platform.apps.remove(app.name)
    return c.json(appView(app), 202)
  })

  // Always none: with one, flyctl would ask 8.8.8.8 for the app's name for a minute (flyctl 2026.8,
  // machines_deploymachinesapp.go). `flyctl ips list` asks GraphQL.
  routes.get('/:app/ip_assignments', (c) => {
    platform.apps.get(c.req.param('app'))
    return c.json({ ips: [] })
  })
  routes.post('/:app/ip_assignments', async (c) => {
    const { name } = platform.apps.get(c.req.param('app'))
    const { type, region } = newAddress.parse(await c.req.json())
    return c.json(addressView(platform.addresses.assign(name, { type, region: region ?? '' })))
  })
  routes.delete('/:app/ip_assignments/:ip', (c) => {
    platform.addresses.release(c.req.param('app'), c.req.param('ip'))
    return c.json({ ok: true })
  })

  routes.get('/:app/volumes', (c) => {
    const { name } = platform.apps.get(c.req.param('app'))
    return c.json(platform.volumes.list(name).map(volumeView))
  })
  routes.post('/:app/volumes', async (c) => {
    const { name } = platform.apps.get(c.req.param('app'))
    const wanted = newVolume.parse(await c.req.json())
    const volume = platform.volumes.create({
      app: name,
      name: wanted.name,
      region: wanted.region || 'ewr',
      sizeGb: wanted.size_gb ?? 1,
    })
    return c.json(volumeView(volume))
  })
  routes.get('/:app/volumes/:volume', (c) =>
    c.json(volumeView(platform.volumes.get(c.req.param('app'), c.req.param('volume')))),
  )
  routes.delete('/:app/volumes/:volume', (c) =>
    c.json(volumeView(platform.volumes.remove(c.req.param('app'), c.req.param('volume')))),
  )

  routes.get('/:app/secrets', (c) => {
    const { name } = platform.apps.get(c.req.param('app'))
    return c.json({ secrets: platform.secrets.list(name).map(secretView) })
  })
  routes.post('/:app/secrets', async (c) => {
    const { name } = platform.apps.get(c.req.param('app'))
    platform.secrets.update(name, secretValues.parse(await c.req.json()).values)
    const secrets = platform.secrets.list(name).map(secretView)
    return c.json({ secrets, version: platform.clock.now() })
  })
  routes.post('/:app/secrets/:name', async (c) => {
    const { name } = platform.apps.get(c.req.param('app'))
    const secret = c.req.param('name')
    platform.secrets.update(name, { [secret]: secretValue.parse(await c.req.json()).value })
    return c.json({ name: secret, version: platform.clock.now() }, 201)
  })
  routes.delete('/:app/secrets/:name', (c) => {
    const { name } = platform.apps.get(c.req.param('app'))
    platform.secrets.update(name, { [c.req.param('name')]: null })
    return c.json({ version: platform.clock.now() })
  })
  return routes

  function appView({ name, internalNumericId, network }: App) {
    const { slug, internalNumericId: organizationId, name: organizationName } = organization
    return {
      id: name,
      name,
      internal_numeric_id: internalNumericId,
      network,
      status: platform.apps.status(name),
      machine_count: platform.machines.list(name).length,
      volume_count: platform.volumes.list(name).length,
      organization: { name: organizationName, slug, internal_numeric_id: organizationId },
      cname_target: name,
      app_role: '',
    }
  }
}

function addressView({ ip, region, type, createdAt }: Address) {
  const shared = type === 'shared_v4'
  return { ip, region, service_name: '', shared, created_at: createdAt }
}

function volumeView({ id, name, region, sizeGb, machine, createdAt }: Volume) {
  return {
    id,
    name,
    state: 'created',
    size_gb: sizeGb,
    region,
    zone: 'local',
    encrypted: false,
    attached_machine_id: machine,
    attached_alloc_id: null,
    created_at: createdAt,
    host_dedication_id: '',
    snapshot_retention: 5,
    auto_backup_enabled: false,
    host_status: 'ok',
  }
}

/** Values are never given back. */
function secretView({ name, digest, createdAt, updatedAt }: Secret) {
  return { name, digest, created_at: createdAt, updated_at: updatedAt }
}
