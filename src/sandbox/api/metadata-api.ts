import { Hono } from 'hono'
import { z } from 'zod'
import { Refusal } from '../platform/refusal.js'
import type { ApiContext } from './context.js'
import { machineOf } from './parameters.js'

const valueInput = z.object({ value: z.string() })

/**
 * `/v1/apps/:app/machines/:id/metadata` (fly-go, flaps/flaps_machines.go). A change wants no lease and makes
 * no new version of the machine.
 */
export function metadataRoutes({ platform }: ApiContext): Hono {
  const { machines } = platform
  const routes = new Hono()
  routes.get('/', (c) => c.json(machineOf(c, platform).config.metadata ?? {}))
  routes.get('/:key', (c) => {
    const { metadata } = machineOf(c, platform).config
    const found = Object.entries(metadata ?? {}).find(([key]) => key === c.req.param('key'))
    if (found === undefined) throw new Refusal(404, 'metadata key not found')
    return c.json({ value: found[1] })
  })
  routes.post('/:key', async (c) => {
    const { id } = machineOf(c, platform)
    const { value } = valueInput.parse(await c.req.json())
    machines.setMetadata(id, c.req.param('key'), value)
    return c.body(null, 204)
  })
  routes.delete('/:key', (c) => {
    machines.setMetadata(machineOf(c, platform).id, c.req.param('key'), undefined)
    return c.body(null, 204)
  })
  return routes
}
