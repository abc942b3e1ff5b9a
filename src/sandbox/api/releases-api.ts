import { Hono } from 'hono'
import { z } from 'zod'
import { organization, user } from '../platform/organization.js'
import { Refusal } from '../platform/refusal.js'
import type { Release } from '../platform/rows.js'
import type { ApiContext } from './context.js'

const newRelease = z.object({
  app_name: z.string(),
  definition: z.unknown(),
  image: z.string(),
  strategy: z.string().nullish(),
})
const releaseChange = z.object({ status: z.string(), metadata: z.unknown() })
const build = z.object({ app_name: z.string().nullish() })
const builtOne = z.object({ build_id: z.number().nullish() })

/** Routes of api.fly.io below /api/v1 (flyctl 2026.8, internal/uiex). */
export function releaseRoutes({ platform, images }: ApiContext): Hono {
  const routes = new Hono()
  let builds = 0

  routes.get('/organizations', (c) => c.json({ organizations: [organizationView] }))
  routes.get('/organizations/:slug', (c) => {
    if (c.req.param('slug') !== organization.slug) throw new Refusal(404, 'not found')
    return c.json({ organization: organizationView, ...organizationView })
  })

  routes.post('/builds', async (c) => {
    build.parse(await c.req.json())
    builds += 1
    return c.json({ id: builds, status: 'started', wallclock_time_ms: 1 })
  })
  routes.post('/builds/finish', async (c) => {
    const { build_id } = builtOne.parse(await c.req.json())
    return c.json({ id: build_id ?? builds, status: 'completed', wallclock_time_ms: 1 })
  })

  // flyctl shows the text; asked where BUILDKIT_ADDR names no buildkitd (imgsrc/depot.go).
  routes.post('/builds/depot_builder', () => {
    throw new Refusal(
      422,
      'this Fly has no builders: set BUILDKIT_ADDR to the address of a buildkitd',
    )
  })

  routes.post('/releases', async (c) => {
    const { app_name, definition, image, strategy } = newRelease.parse(await c.req.json())
    const { name } = platform.apps.get(app_name)
    const found = await images.resolve(image)
    if (found === undefined) throw new Refusal(404, `Could not find image "${image}"`)
    const release = platform.releases.create({
      app: name,
      imageRef: image,
      strategy: strategy ?? 'ROLLING',
      definition,
    })
    return c.json({ release: releaseView(release) }, 201)
  })
  routes.patch('/releases/:id', async (c) => {
    const { status, metadata } = releaseChange.parse(await c.req.json())
    const changed = platform.releases.update(c.req.param('id'), { status, metadata })
    return c.json(releaseView(changed))
  })
  routes.get('/releases/all_current', (c) => {
    const current = platform.apps.list().flatMap(({ name }) => {
      const release = platform.releases.current(name)
      return release === undefined ? [] : [[name, release.createdAt]]
    })
    return c.json(Object.fromEntries(current))
  })
  routes.get('/apps/:app/releases', (c) => {
    const { name } = platform.apps.get(c.req.param('app'))
    const limit = Number(c.req.query('limit') ?? 25)
    return c.json({ releases: platform.releases.list(name).slice(0, limit).map(releaseView) })
  })
  routes.get('/apps/:app/releases/current', (c) => {
    const { name } = platform.apps.get(c.req.param('app'))
    const release = platform.releases.current(name)
    if (release === undefined) throw new Refusal(404, 'no current release')
    return c.json(releaseView(release))
  })
  return routes
}

const organizationView = {
  id: organization.id,
  internal_numeric_id: organization.internalNumericId,
  slug: organization.slug,
  raw_slug: organization.rawSlug,
  name: organization.name,
  personal: true,
  paid_plan: organization.paidPlan,
  billable: organization.billable,
  billing_status: 'CURRENT',
}

function releaseView({ id, version, status, strategy, createdAt, imageRef }: Release) {
  return {
    id,
    version,
    stable: true,
    in_progress: status === 'pending' || status === 'running',
    status,
    strategy,
    user: user.email,
    created_at: createdAt,
    image_ref: imageRef,
  }
}
