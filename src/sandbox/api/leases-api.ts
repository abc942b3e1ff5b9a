import { Hono } from 'hono'
import { Refusal } from '../platform/refusal.js'
import type { Lease, Machine } from '../platform/rows.js'
import type { ApiContext } from './context.js'
import { leaseNonce, machineOf } from './parameters.js'

/** `/v1/apps/:app/machines/:id/lease` (fly-go, flaps/flaps_machines.go). */
export function leaseRoutes({ platform }: ApiContext): Hono {
  const { leases } = platform
  const routes = new Hono()
  routes.get('/', (c) => {
    const machine = machineOf(c, platform)
    const lease = leases.held(machine.id)
    if (lease === undefined) throw new Refusal(404, 'lease not found')
    return c.json(leaseView(lease, machine))
  })
  routes.post('/', (c) => {
    const machine = machineOf(c, platform)
    const ttlSeconds = Number(c.req.query('ttl') ?? 0)
    const lease = leases.acquire({ machine: machine.id, ttlSeconds, nonce: leaseNonce(c) })
    return c.json(leaseView(lease, machine))
  })
  routes.delete('/', (c) => {
    leases.release(machineOf(c, platform).id, leaseNonce(c))
    return c.json({ status: 'success', data: {} })
  })
  return routes
}

function leaseView({ nonce, expiresAtMs, owner }: Lease, { instanceId }: Machine) {
  const expiresAt = Math.floor(expiresAtMs / 1000)
  return { status: 'success', data: { nonce, expires_at: expiresAt, owner, version: instanceId } }
}
