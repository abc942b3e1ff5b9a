import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiContext } from './context.js'
import { appName } from './parameters.js'

const newAddress = z.object({ type: z.string(), region: z.string().nullish() })

/** `/v1/apps/:app/ip_assignments` (fly-go, flaps/flaps_ip_assignments.go). */
export function addressRoutes({ platform }: ApiContext): Hono {
  const { addresses } = platform
  const routes = new Hono()
  // Always none: with one, flyctl would ask 8.8.8.8 for the app's name for a minute (flyctl 2026.8,
  // machines_deploymachinesapp.go). `flyctl ips list` asks GraphQL.
  routes.get('/', (c) => {
    appName(c, platform)
    return c.json({ ips: [] })
  })
  routes.post('/', async (c) => {
    const { type, region } = newAddress.parse(await c.req.json())
    const given = addresses.assign(appName(c, platform), { type, region: region ?? '' })
    return c.json({
      ip: given.ip,
      region: given.region,
      service_name: '',
      shared: given.type === 'shared_v4',
      created_at: given.createdAt,
    })
  })
  routes.delete('/:ip', (c) => {
    addresses.release(appName(c, platform), c.req.param('ip'))
    return c.json({ ok: true })
  })
  return routes
}
