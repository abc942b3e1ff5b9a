import { buildSchema, type GraphQLError, graphql } from 'graphql'
import { Hono } from 'hono'
import { z } from 'zod'
import { organization, user } from '../platform/organization.js'
import { Refusal } from '../platform/refusal.js'
import { defaultRegion, type Region, regions } from '../platform/regions.js'
import type { ApiContext } from './context.js'
import { appObject, machineObject, organizationObject } from './graphql-app.js'
import { mutations } from './graphql-mutations.js'
import { graphqlSchema } from './graphql-schema.js'

const request = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})

const schema = buildSchema(graphqlSchema)

/** `POST /graphql`. Errors come with status 200 and Fly's codes in `extensions`. */
export function graphqlRoutes(context: ApiContext): Hono {
  const routes = new Hono()
  const rootValue = { ...queries(context), ...mutations(context) }
  routes.post('/', async (c) => {
    const { query, variables, operationName } = request.parse(await c.req.json())
    const { data, errors } = await graphql({
      schema,
      source: query,
      rootValue,
      variableValues: variables,
      operationName,
    })
    if (errors === undefined) return c.json({ data })
    for (const { message, path } of errors) {
      context.log.warn({ message, query }, 'GraphQL error')
      // Without a path, nothing was asked of a resolver: the query is not of this schema.
      if (path === undefined) context.noteUnknown(`GraphQL: ${message}`)
    }
    return c.json({ data: data ?? null, errors: errors.map(errorView) })
  })
  return routes
}

function queries(context: ApiContext) {
  const { apps, machines, volumes } = context.platform
  return {
    viewer: { __typename: 'User', ...user },
    organizations: () => ({ nodes: [organizationObject(context)] }),
    organization({ slug }: { slug?: string }) {
      if (slug === organization.slug) return organizationObject(context)
      throw new Refusal(404, 'Could not find Organization')
    },
    app: ({ name }: { name?: string }) => appObject(apps.get(name ?? ''), context),
    // No app has a role here. flyctl names one always, mostly as null.
    apps({ role, organizationId }: AppsQuery) {
      const isOurs = (organizationId ?? organization.id) === organization.id
      const found = isOurs && !role ? apps.list() : []
      return {
        pageInfo: { hasNextPage: false, endCursor: '' },
        nodes: found.map((app) => appObject(app, context)),
      }
    },
    volume({ id }: { id: string }) {
      const volume = volumes.find(id)
      if (volume === undefined) throw new Refusal(404, 'Could not find Volume')
      return { app: appObject(apps.get(volume.app), context) }
    },
    addOns: () => ({ nodes: [] }),
    machine({ machineId }: { machineId: string }) {
      const machine = machines.find(machineId)
      if (machine === undefined) throw new Refusal(404, 'Could not find Machine')
      return machineObject(machine, apps.get(machine.app), context)
    },
    canPerformBluegreenDeployment: ({ name }: { name: string }) => apps.get(name) !== undefined,
    platform: { requestRegion: defaultRegion, regions: regions.map(regionObject) },
    nearestRegion: () => regions.filter(({ code }) => code === defaultRegion).map(regionObject)[0],
    // flyctl goes on after these very words (flyctl 2026.8, internal/command/image/show.go).
    latestImageDetails({ image }: { image: string }) {
      throw new Refusal(404, `Unknown repository ${image}`)
    },
  }
}

interface AppsQuery {
  readonly role?: string | null
  readonly organizationId?: string | null
}

function regionObject(region: Region) {
  return { ...region, gatewayAvailable: true, requiresPaidPlan: false, deprecated: false }
}

const codes: Readonly<Record<number, string>> = { 401: 'UNAUTHORIZED', 404: 'NOT_FOUND' }

function errorView({ message, path, originalError }: GraphQLError) {
  const status = originalError instanceof Refusal ? originalError.httpStatus : 0
  const code = codes[status]
  return {
    message,
    ...(path === undefined ? {} : { path }),
    ...(code === undefined ? {} : { extensions: { code } }),
  }
}
