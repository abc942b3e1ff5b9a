import { Hono } from 'hono'
import { z } from 'zod'
import { defaultRegion, type Region, regions } from '../platform/regions.js'

const placements = z.object({ region: z.string().nullish(), count: z.number().nullish() })

/** `/v1/platform` (fly-go, flaps/flaps_platform.go). */
export function platformRoutes(): Hono {
  const routes = new Hono()
  routes.get('/regions', (c) =>
    c.json({ Regions: regions.map(regionView), Nearest: defaultRegion }),
  )
  // There is room everywhere: the answer is where one wanted to go, "any" being the nearest.
  routes.post('/placements', async (c) => {
    const { region, count } = placements.parse(await c.req.json())
    const wanted = (region ?? 'any').split(',').map((code) => code.trim())
    const codes = wanted.map((code) => (code === 'any' || code === '' ? defaultRegion : code))
    const known = codes.filter((code) => regions.some((each) => each.code === code))
    const Count = count || 2
    return c.json({
      Regions: [...new Set(known)].map((Region) => ({ Region, Count, Concurrency: 1 })),
    })
  })
  return routes
}

function regionView({ code, geo, name, latitude, longitude }: Region) {
  return {
    code,
    name,
    latitude,
    longitude,
    gateway_available: true,
    requires_paid_plan: false,
    deprecated: false,
    capacity: 100,
    geo_region: geo,
    mpg_available: false,
  }
}
