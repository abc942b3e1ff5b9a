import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { type MachineConfig, machineConfig } from '../platform/machine-config.js'
import { Refusal } from '../platform/refusal.js'
import type { ImageRef, Lease, Machine } from '../platform/rows.js'
import type { ApiContext } from './context.js'
import { machineView } from './machine-view.js'
import { waitForState } from './wait.js'

const launchInput = z.object({
  config: machineConfig,
  name: z.string().nullish(),
  region: z.string().nullish(),
  skip_launch: z.boolean().nullish(),
  lease_ttl: z.number().nullish(),
})

/** Where a request names no region. */
const defaultRegion = 'ewr'

/** The Machines API's routes below /v1/apps/:app/machines (fly-go, flaps/flaps_machines.go). */
export function machineRoutes(context: ApiContext): Hono {
  const { platform, machines } = context
  const { clock, leases, machines: records } = platform
  const routes = new Hono()
  const view = (machine: Machine) => machineView(machine, clock.now())

  function machineOf(c: Context): Machine {
    const { name } = platform.apps.get(c.req.param('app') ?? '')
    return records.get(name, c.req.param('id') ?? '')
  }
  /** The machine, if its lease lets this request change it. */
  function changeable(c: Context): Machine {
    const machine = machineOf(c)
    leases.check(machine.id, nonceOf(c))
    return machine
  }

  routes.get('/', (c) => {
    const { name } = platform.apps.get(c.req.param('app') ?? '')
    const present = records.list(name).filter(({ state }) => state !== 'destroyed')
    return c.json(present.map(view))
  })

  routes.post('/', async (c) => {
    const app = platform.apps.get(c.req.param('app') ?? '').name
    const input = launchInput.parse(await c.req.json())
    const image = await imageOf(context, input.config)
    const machine = machines.create({
      app,
      name: input.name ?? undefined,
      region: input.region || defaultRegion,
      config: input.config,
      image,
      skipLaunch: input.skip_launch ?? false,
    })
    attachVolumes(context, machine)
    if (!input.lease_ttl) return c.json(view(machine))
    const lease = { machine: machine.id, ttlSeconds: input.lease_ttl, nonce: undefined }
    return c.json({ ...view(machine), nonce: leases.acquire(lease).nonce })
  })

  routes.get('/:id', (c) => c.json(view(machineOf(c))))

  routes.post('/:id', async (c) => {
    const { id } = changeable(c)
    const { config, skip_launch } = launchInput.parse(await c.req.json())
    const image = await imageOf(context, config)
    machines.update(id, { config, image, skipLaunch: skip_launch ?? false })
    const machine = machineOf(c)
    attachVolumes(context, machine)
    return c.json(view(machine))
  })

  routes.delete('/:id', async (c) => {
    await machines.destroy(changeable(c).id)
    return c.json({ ok: true })
  })

  routes.get('/:id/wait', async (c) => {
    const machine = machineOf(c)
    const reached = await waitForState(platform, {
      machine: machine.id,
      states: c.req.queries('state') ?? ['started'],
      timeoutMs: Number(c.req.query('timeout') ?? 60) * 1000,
      signal: c.req.raw.signal,
    })
    return reached ? c.json({ ok: true }) : c.json({ error: 'deadline_exceeded' }, 408)
  })

  routes.post('/:id/start', (c) => {
    const { id, state } = changeable(c)
    machines.start(id)
    return c.json({ previous_state: state })
  })
  routes.post('/:id/stop', (c) => {
    machines.stop(changeable(c).id)
    return c.json({ ok: true })
  })
  routes.post('/:id/restart', (c) => {
    machines.restart(changeable(c).id)
    return c.json({ ok: true })
  })
  routes.post('/:id/cordon', (c) => {
    records.setCordoned(changeable(c).id, true)
    return c.json({ ok: true })
  })
  routes.post('/:id/uncordon', (c) => {
    records.setCordoned(changeable(c).id, false)
    return c.json({ ok: true })
  })

  routes.get('/:id/lease', (c) => {
    const machine = machineOf(c)
    const lease = leases.held(machine.id)
    if (lease === undefined) throw new Refusal(404, 'lease not found')
    return c.json(leaseView(lease, machine))
  })
  routes.post('/:id/lease', (c) => {
    const machine = machineOf(c)
    const ttlSeconds = Number(c.req.query('ttl') ?? 0)
    return c.json(
      leaseView(leases.acquire({ machine: machine.id, ttlSeconds, nonce: nonceOf(c) }), machine),
    )
  })
  routes.delete('/:id/lease', (c) => {
    leases.release(machineOf(c).id, nonceOf(c))
    return c.json({ status: 'success', data: {} })
  })

  routes.get('/:id/ps', async (c) => c.json(await machines.processes(machineOf(c).id)))
  return routes
}

function nonceOf(c: Context): string | undefined {
  return c.req.header('fly-machine-lease-nonce')
}

async function imageOf({ images }: ApiContext, config: MachineConfig): Promise<ImageRef> {
  const found = await images.resolve(config.image)
  if (found === undefined) throw new Refusal(422, `Could not find image "${config.image}"`)
  return found.image
}

function attachVolumes({ platform }: ApiContext, { id, app, config }: Machine): void {
  for (const { volume } of config.mounts ?? []) {
    if (volume) platform.volumes.attach(app, volume, id)
  }
}

function leaseView({ nonce, expiresAtMs, owner }: Lease, { instanceId }: Machine) {
  const expiresAt = Math.floor(expiresAtMs / 1000)
  return { status: 'success', data: { nonce, expires_at: expiresAt, owner, version: instanceId } }
}
