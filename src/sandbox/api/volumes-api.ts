import { Hono } from 'hono'
import { z } from 'zod'
import { defaultRegion } from '../platform/regions.js'
import type { Snapshot, Volume } from '../platform/rows.js'
import type { ApiContext } from './context.js'
import { appName } from './parameters.js'

const settings = z.object({
  snapshot_retention: z.number().nullish(),
  auto_backup_enabled: z.boolean().nullish(),
})
const newVolume = settings.extend({
  name: z.string(),
  region: z.string().nullish(),
  size_gb: z.number().nullish(),
  /** Of a volume that it is to be a copy of. */
  source_volume_id: z.string().nullish(),
})
const extension = z.object({ size_gb: z.number().int() })

/** `/v1/apps/:app/volumes` (fly-go, flaps/flaps_volumes.go). Copies and snapshots are records, without the contents. */
export function volumeRoutes({ platform }: ApiContext): Hono {
  const { volumes } = platform
  const routes = new Hono()
  routes.get('/', (c) => c.json(volumes.list(appName(c, platform)).map(volumeView)))
  routes.post('/', async (c) => {
    const app = appName(c, platform)
    const wanted = newVolume.parse(await c.req.json())
    const { source_volume_id: sourceId } = wanted
    const source = sourceId ? volumes.get(app, sourceId) : undefined
    const volume = volumes.create({
      app,
      name: wanted.name,
      region: wanted.region || (source?.region ?? defaultRegion),
      sizeGb: wanted.size_gb ?? source?.sizeGb ?? 1,
      snapshotRetention: wanted.snapshot_retention ?? 5,
      isAutoBackup: wanted.auto_backup_enabled ?? true,
    })
    return c.json(volumeView(volume))
  })
  routes.get('/:volume', (c) =>
    c.json(volumeView(volumes.get(appName(c, platform), c.req.param('volume')))),
  )
  routes.put('/:volume', async (c) => {
    const { snapshot_retention, auto_backup_enabled } = settings.parse(await c.req.json())
    const changes = {
      ...(snapshot_retention == null ? {} : { snapshotRetention: snapshot_retention }),
      ...(auto_backup_enabled == null ? {} : { isAutoBackup: auto_backup_enabled }),
    }
    return c.json(volumeView(volumes.update(appName(c, platform), c.req.param('volume'), changes)))
  })
  routes.put('/:volume/extend', async (c) => {
    const { size_gb } = extension.parse(await c.req.json())
    const volume = volumes.extend(appName(c, platform), c.req.param('volume'), size_gb)
    return c.json({ volume: volumeView(volume), needs_restart: false })
  })
  routes.get('/:volume/snapshots', (c) =>
    c.json(volumes.snapshots(appName(c, platform), c.req.param('volume')).map(snapshotView)),
  )
  routes.post('/:volume/snapshots', (c) =>
    c.json(snapshotView(volumes.takeSnapshot(appName(c, platform), c.req.param('volume')))),
  )
  routes.delete('/:volume', (c) =>
    c.json(volumeView(volumes.remove(appName(c, platform), c.req.param('volume')))),
  )
  return routes
}

function volumeView({ id, name, region, sizeGb, machine, createdAt, ...volume }: Volume) {
  return {
    id,
    name,
    state: volume.isDestroyed ? 'pending_destroy' : 'created',
    size_gb: sizeGb,
    region,
    zone: volume.zone,
    encrypted: false,
    attached_machine_id: machine,
    attached_alloc_id: null,
    created_at: createdAt,
    host_dedication_id: '',
    snapshot_retention: volume.snapshotRetention,
    auto_backup_enabled: volume.isAutoBackup,
    host_status: 'ok',
  }
}

function snapshotView({ id, sizeGb, digest, retentionDays, createdAt }: Snapshot) {
  return {
    id,
    size: 0,
    volume_size: sizeGb * 2 ** 30,
    digest,
    created_at: createdAt,
    status: 'created',
    retention_days: retentionDays,
  }
}
