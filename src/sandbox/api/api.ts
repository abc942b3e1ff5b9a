import { randomBytes, timingSafeEqual } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { ZodError } from 'zod'
import { Refusal } from '../platform/refusal.js'
import { addressRoutes } from './addresses-api.js'
import { appRoutes } from './apps-api.js'
import type { ApiContext } from './context.js'
import { faultRoutes } from './fault-routes.js'
import { strikeFaults } from './faults.js'
import { graphqlRoutes } from './graphql-api.js'
import { logRoutes } from './logs-api.js'
import { machineRoutes } from './machines-api.js'
import { releaseRoutes } from './releases-api.js'
import { secretRoutes } from './secrets-api.js'
import { volumeRoutes } from './volumes-api.js'

/**
 * Fly's web API as flyctl uses it: GraphQL, the Machines API under /v1, and under /api/v1 the
 * release and log routes. One server for all three base addresses.
 */
export function createApi(context: ApiContext): Hono {
  const api = new Hono()
  api.use(async (c, next) => {
    await next()
    c.res.headers.set('date', new Date(context.platform.clock.now()).toUTCString())
    c.res.headers.set('fly-request-id', `${randomBytes(13).toString('hex').toUpperCase()}-local`)
  })
  api.use(async (c, next) => {
    if (isAuthorized(c.req.header('authorization'), context.token)) return next()
    return unauthorized(c)
  })
  // Before the faults strike: they must not keep themselves from being cleared.
  api.route('/sandbox/faults', faultRoutes(context))
  api.use(strikeFaults(context.faults))
  api.route('/graphql', graphqlRoutes(context))
  api.route('/v1/apps', appRoutes(context))
  api.route('/v1/apps/:app/machines', machineRoutes(context))
  api.route('/v1/apps/:app/volumes', volumeRoutes(context))
  api.route('/v1/apps/:app/secrets', secretRoutes(context))
  api.route('/v1/apps/:app/ip_assignments', addressRoutes(context))
  api.route('/api/v1', releaseRoutes(context))
  api.route('/api/v1/apps/:app/logs', logRoutes(context))
  api.notFound((c) => {
    const { method, path } = c.req
    context.log.warn({ method, path }, 'not part of the local Fly')
    return c.json({ error: `the local Fly does not know ${method} ${path}` }, 404)
  })
  api.onError((error, c) => failure(error, c, context))
  return api
}

/** `Bearer` for GraphQL and personal tokens, `FlyV1` for others. */
function isAuthorized(header: string | undefined, token: string): boolean {
  const given = Buffer.from((header ?? '').replace(/^(Bearer|FlyV1) /, ''))
  const wanted = Buffer.from(token)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/** Answers to an expired or foreign token. GraphQL clients read `errors`, the others `error`. */
function unauthorized(c: Context): Response {
  const message = 'You must be authenticated to view this.'
  return c.json(
    { error: 'unauthorized', errors: [{ message, extensions: { code: 'UNAUTHORIZED' } }] },
    401,
  )
}

function failure(error: Error, c: Context, { log }: ApiContext): Response {
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
