import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { type MachineConfig, machineConfig } from '../platform/machine-config.js'
import { Refusal } from '../platform/refusal.js'
import { defaultRegion } from '../platform/regions.js'
import type { ImageRef, Machine } from '../platform/rows.js'
import type { ApiContext } from './context.js'
import { leaseRoutes } from './leases-api.js'
import { machineActionRoutes } from './machine-actions-api.js'
import { machineView } from './machine-view.js'
import { metadataRoutes } from './metadata-api.js'
import { appName, changeableMachine, leasedMachine, machineOf } from './parameters.js'
import { waitForState } from './wait.js'

const launchInput = z.object({
  config: machineConfig,
  name: z.string().nullish(),
  region: z.string().nullish(),
  skip_launch: z.boolean().nullish(),
  lease_ttl: z.number().nullish(),
})

/** `/v1/apps/:app/machines` (fly-go, flaps/flaps_machines.go). */
export function machineRoutes(context: ApiContext): Hono {
  const { platform, machines, faults, smokeMs } = context
  const routes = new Hono()
  const hostStatus = (machine: Machine) => (faults.isUnreachable(machine) ? 'unreachable' : 'ok')
  const view = (machine: Machine) =>
    machineView(machine, { nowMs: platform.clock.now(), smokeMs, hostStatus: hostStatus(machine) })
  routes.use('/:id/*', refuseUnreachable(context))

  routes.get('/', (c) => {
    return c.json(platform.machines.present(appName(c, platform)).map(view))
  })
  routes.post('/', async (c) => {
    const { machine, nonce } = await launch(c, context)
    return c.json({ ...view(machine), ...(nonce === undefined ? {} : { nonce }) })
  })
  routes.get('/:id', (c) => c.json(view(machineOf(c, platform))))
  routes.post('/:id', async (c) => c.json(view(await update(c, context))))
  routes.delete('/:id', async (c) => {
    await machines.destroy(leasedMachine(c, platform).id)
    return c.json({ ok: true })
  })
  routes.get('/:id/wait', async (c) => {
    const waited = await waitForState(platform, {
      machine: machineOf(c, platform).id,
      states: c.req.queries('state') ?? ['started'],
      timeoutMs: Number(c.req.query('timeout') ?? 60) * 1000,
      smokeMs,
      signal: c.req.raw.signal,
    })
    // flyctl takes this 404 for a release command that was soon done (flyctl 2026.8, machines_releasecommand.go).
    if (waited === 'gone') throw new Refusal(404, 'machine not found')
    if (waited === 'late') throw new Refusal(408, 'deadline_exceeded')
    return c.json({ ok: true })
  })
  routes.get('/:id/ps', async (c) => c.json(await machines.processes(machineOf(c, platform).id)))
  routes.route('/:id/lease', leaseRoutes(context))
  routes.route('/:id/metadata', metadataRoutes(context))
  routes.route('/:id', machineActionRoutes(context))
  return routes
}

/** Whatever changes a machine is carried out by its host. */
function refuseUnreachable({ platform, faults }: ApiContext): MiddlewareHandler {
  return (c, next) => {
    const machine = platform.machines.find(c.req.param('id') ?? '')
    if (c.req.method !== 'GET' && machine !== undefined && faults.isUnreachable(machine))
      throw new Refusal(503, 'the host your machine is on is currently unreachable')
    return next()
  }
}

async function launch(c: Context, context: ApiContext) {
  const { platform, machines } = context
  const app = appName(c, platform)
  const input = launchInput.parse(await c.req.json())
  const image = await imageOf(context, input.config)
  for (const volume of volumesOf(input.config)) platform.volumes.check(app, volume, undefined)
  const machine = machines.create({
    app,
    name: input.name ?? undefined,
    region: input.region || defaultRegion,
    config: withVolumes(context, app, input.config),
    image,
    skipLaunch: input.skip_launch ?? false,
  })
  attachVolumes(context, machine)
  if (!input.lease_ttl) return { machine, nonce: undefined }
  const lease = { machine: machine.id, ttlSeconds: input.lease_ttl, nonce: undefined }
  return { machine, nonce: platform.leases.acquire(lease).nonce }
}

async function update(c: Context, context: ApiContext): Promise<Machine> {
  const { id, app } = changeableMachine(c, context.platform)
  const { config, skip_launch } = launchInput.parse(await c.req.json())
  const image = await imageOf(context, config)
  for (const volume of volumesOf(config)) context.platform.volumes.check(app, volume, id)
  const described = withVolumes(context, app, config)
  context.machines.update(id, { config: described, image, skipLaunch: skip_launch ?? false })
  const machine = machineOf(c, context.platform)
  attachVolumes(context, machine)
  return machine
}

async function imageOf({ images }: ApiContext, config: MachineConfig): Promise<ImageRef> {
  const found = await images.resolve(config.image)
  if (found === undefined) throw new Refusal(422, `Could not find image "${config.image}"`)
  return found.image
}

function attachVolumes({ platform }: ApiContext, { id, app, config }: Machine): void {
  for (const volume of volumesOf(config)) platform.volumes.attach(app, volume, id)
}

/** Mounts with the name and size of their volume: flyctl makes another volume like it from them. */
function withVolumes({ platform }: ApiContext, app: string, config: MachineConfig): MachineConfig {
  if (!config.mounts) return config
  const mounts = config.mounts.map((mount) => {
    if (!mount.volume) return mount
    const { name, sizeGb } = platform.volumes.get(app, mount.volume)
    return { ...mount, name, size_gb: sizeGb }
  })
  return { ...config, mounts }
}

function volumesOf({ mounts }: MachineConfig): readonly string[] {
  return (mounts ?? []).flatMap(({ volume }) => volume || [])
}
