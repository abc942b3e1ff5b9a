import { Hono } from 'hono'
import { z } from 'zod'
import type { Volume } from '../platform/rows.js'
import type { ApiContext } from './context.js'
import { appName, defaultRegion } from './parameters.js'

const newVolume = z.object({
  name: z.string(),
  region: z.string().nullish(),
  size_gb: z.number().nullish(),
})

/** `/v1/apps/:app/volumes` (fly-go, flaps/flaps_volumes.go). */
export function volumeRoutes({ platform }: ApiContext): Hono {
  const { volumes } = platform
  const routes = new Hono()
  routes.get('/', (c) => c.json(volumes.list(appName(c, platform)).map(volumeView)))
  routes.post('/', async (c) => {
    const { name, region, size_gb } = newVolume.parse(await c.req.json())
    const volume = volumes.create({
      app: appName(c, platform),
      name,
      region: region || defaultRegion,
      sizeGb: size_gb ?? 1,
    })
    return c.json(volumeView(volume))
  })
  routes.get('/:volume', (c) =>
    c.json(volumeView(volumes.get(appName(c, platform), c.req.param('volume')))),
  )
  routes.delete('/:volume', (c) =>
    c.json(volumeView(volumes.remove(appName(c, platform), c.req.param('volume')))),
  )
  return routes
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
