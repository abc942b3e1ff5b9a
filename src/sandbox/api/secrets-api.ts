import { Hono } from 'hono'
import { z } from 'zod'
import type { Secret } from '../platform/rows.js'
import type { ApiContext } from './context.js'
import { appName } from './parameters.js'

const secretValues = z.object({ values: z.record(z.string(), z.string().nullable()) })
const secretValue = z.object({ value: z.string() })

/** `/v1/apps/:app/secrets` (fly-go, flaps/flaps_secrets.go). Values are never given back. */
export function secretRoutes({ platform }: ApiContext): Hono {
  const { secrets, clock } = platform
  const routes = new Hono()
  routes.get('/', (c) => c.json({ secrets: secrets.list(appName(c, platform)).map(secretView) }))
  routes.post('/', async (c) => {
    const app = appName(c, platform)
    secrets.update(app, secretValues.parse(await c.req.json()).values)
    return c.json({ secrets: secrets.list(app).map(secretView), version: clock.now() })
  })
  routes.post('/:name', async (c) => {
    const name = c.req.param('name')
    const { value } = secretValue.parse(await c.req.json())
    secrets.update(appName(c, platform), { [name]: value })
    return c.json({ name, version: clock.now() }, 201)
  })
  routes.delete('/:name', (c) => {
    secrets.update(appName(c, platform), { [c.req.param('name')]: null })
    return c.json({ version: clock.now() })
  })
  return routes
}

function secretView({ name, digest, createdAt, updatedAt }: Secret) {
  return { name, digest, created_at: createdAt, updated_at: updatedAt }
}
