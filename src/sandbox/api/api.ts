import { randomBytes } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { ZodError } from 'zod'
import { type Access, everything } from '../platform/access.js'
import { actions } from '../platform/caveats.js'
import { Refusal } from '../platform/refusal.js'
import { seenBy } from '../platform/seen-by.js'
import { accessWith } from '../platform/tokens.js'
import { windowEvents, windowPage } from '../window/window.js'
import { addressRoutes } from './addresses-api.js'
import { appRoutes } from './apps-api.js'
import { certificateRoutes } from './certificates-api.js'
import type { ApiContext, Served } from './context.js'
import { faultRoutes } from './fault-routes.js'
import { strikeFaults } from './faults.js'
import { graphqlRoutes } from './graphql-api.js'
import { guard } from './guard.js'
import { logRoutes } from './logs-api.js'
import { machineRoutes } from './machines-api.js'
import { platformRoutes } from './platform-api.js'
import { releaseRoutes } from './releases-api.js'
import { secretRoutes } from './secrets-api.js'
import { volumeRoutes } from './volumes-api.js'

interface Granted {
  readonly Variables: { readonly access: Access }
}

/**
 * Fly's web API as flyctl uses it: GraphQL, the Machines API under /v1, and under /api/v1 the
 * release and log routes. One server for all three base addresses.
 */
export function createApi(context: Served): Hono<Granted> {
  const api = new Hono<Granted>()
  // The page itself knows nothing, and asks for no token.
  api.route('/window', windowPage(context.window.folder))
  api.use(async (c, next) => {
    await next()
    c.res.headers.set('date', new Date(context.platform.clock.now()).toUTCString())
    c.res.headers.set('fly-request-id', `${randomBytes(13).toString('hex').toUpperCase()}-local`)
  })
  api.use(async (c, next) => {
    const access = accessOf(c.req.header('authorization'), context)
    if (access === undefined) return unauthorized(c)
    c.set('access', access)
    return next()
  })
  // What is the sandbox's own is not for a token that is for less than all.
  api.use('/sandbox/*', async (c, next) => {
    if (c.get('access').permits({ action: actions.all })) return next()
    return unauthorized(c)
  })
  // Before the faults strike: they must not keep themselves from being cleared.
  api.route('/sandbox/faults', faultRoutes(context))
  api.route('/sandbox/window', windowEvents({ ...context, ...context.window }))
  api.use(strikeFaults(context.faults))
  api.onError((error, c) => failure(error, c, context))
  const routesFor = routesByAccess(context)
  api.all('*', async (c) => {
    const answer = await routesFor(c.get('access')).fetch(c.req.raw, c.env)
    // What was answered must hold, whatever becomes of this process.
    if (c.req.method !== 'GET') await context.settled()
    return answer
  })
  return api
}

/** One set of routes for whom everything is open, and one for each request with another token. */
function routesByAccess(context: Served): (access: Access) => Hono {
  const ofAll = routesOf({ ...context, access: everything })
  return (access) => {
    if (access === everything) return ofAll
    return routesOf({ ...context, access, platform: seenBy(context.platform, access) })
  }
}

function routesOf(context: ApiContext): Hono {
  const routes = new Hono()
  routes.route('/graphql', graphqlRoutes(context))
  routes.route('/v1/platform', platformRoutes())
  routes.use('/v1/apps/*', guard(context))
  routes.route('/v1/apps', appRoutes(context))
  routes.route('/v1/apps/:app/machines', machineRoutes(context))
  routes.route('/v1/apps/:app/volumes', volumeRoutes(context))
  routes.route('/v1/apps/:app/secrets', secretRoutes(context))
  routes.route('/v1/apps/:app/ip_assignments', addressRoutes(context))
  routes.route('/v1/apps/:app/certificates', certificateRoutes(context))
  routes.route('/api/v1', releaseRoutes(context))
  routes.route('/api/v1/apps/:app/logs', logRoutes(context))
  routes.notFound((c) => {
    const { method, path } = c.req
    context.log.warn({ method, path }, 'not part of the local Fly')
    context.noteUnknown(`${method} ${path}`)
    return c.json({ error: `the local Fly does not know ${method} ${path}` }, 404)
  })
  routes.onError((error, c) => failure(error, c, context))
  return routes
}

/** `Bearer` for GraphQL and personal tokens, `FlyV1` for others. */
function accessOf(header: string | undefined, { token, platform }: Served): Access | undefined {
  const given = (header ?? '').replace(/^(Bearer|FlyV1) /, '')
  return accessWith(token, platform.tokens)(given)
}

/** Answers to an expired or foreign token. GraphQL clients read `errors`, the others `error`. */
function unauthorized(c: Context): Response {
  const message = 'You must be authenticated to view this.'
  return c.json(
    { error: 'unauthorized', errors: [{ message, extensions: { code: 'UNAUTHORIZED' } }] },
    401,
  )
}

function failure(error: Error, c: Context, { log }: Served): Response {
  const { method, path } = c.req
  if (error instanceof Refusal) {
    log.info({ method, path, status: error.httpStatus, error: error.message }, 'refused')
    const { reason } = error
    const body = { error: error.message, ...(reason === undefined ? {} : { status: reason }) }
    return Response.json(body, { status: error.httpStatus })
  }
  if (error instanceof ZodError || error instanceof SyntaxError) {
    log.warn({ method, path, error: error.message }, 'a request that the local Fly cannot read')
    return c.json({ error: `invalid request: ${error.message}` }, 400)
  }
  log.error({ method, path, error: error.stack }, 'the local Fly failed')
  return c.json({ error: 'internal server error' }, 500)
}
