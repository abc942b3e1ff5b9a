import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { parseJson } from '../../process/json.js'
import { truncate, waitHeader } from '../faults/answers.js'
import type { Fault } from '../faults/fault.js'
import type { Faults } from '../faults/faults.js'

/** Lets the faults strike before any route answers. */
export function strikeFaults(faults: Faults): MiddlewareHandler {
  return async (c, next) => {
    const { method, path } = c.req
    const names = await namesIn(c)
    const fault = faults.strike({ place: 'api', method, path, names })
    if (fault === undefined) return next()
    return strike(fault, c, next)
  }
}

const graphqlRequest = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
})
const release = z.object({ app_name: z.string() })

/** What a body names that stands in no path: an app, or a machine. */
async function namesIn({ req }: Context): Promise<readonly string[]> {
  if (req.method !== 'POST' || req.path.startsWith('/v1/')) return []
  const body = parseJson(await req.raw.clone().text())
  const graphql = graphqlRequest.safeParse(body).data
  if (graphql === undefined) return Object.values(release.safeParse(body).data ?? {})
  const literals = Array.from(graphql.query.matchAll(/"([^"]*)"/g), ([, text = '']) => text)
  return [...literals, ...textsIn(graphql.variables)]
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

async function strike(
  fault: Fault,
  c: Context,
  next: () => Promise<void>,
): Promise<Response | undefined> {
  switch (fault.kind) {
    case 'latency':
      await sleep(fault.seconds * 1000)
      await next()
      return undefined
    case 'reset':
      // Unread, the request may still be on its way: then Go's clients tell of their own write.
      await c.req.arrayBuffer()
      ;(c.env as Partial<HttpBindings>).incoming?.socket.destroy()
      return new Promise(() => {})
    case 'truncate':
      await next()
      truncate((c.env as HttpBindings).outgoing, {
        status: c.res.status,
        headers: Object.fromEntries(c.res.headers),
        body: Buffer.from(await c.res.arrayBuffer()),
      })
      return new Promise(() => {})
    case 'hang':
      return new Promise(() => {})
    case 'lease':
      return c.json({ error: leaseHeld(c.req.path, fault) }, 409)
    case 'status':
      return Response.json(
        { error: textOf(fault.status) },
        { status: fault.status, headers: waitHeader(fault) },
      )
    default:
      await next()
      return undefined
  }
}

/** What Fly's servers say (public issues of flyctl). */
function textOf(status: number): string {
  switch (status) {
    case 401:
      return 'unauthorized'
    case 429:
      return 'rate limit exceeded'
    default:
      return status >= 500 ? 'server error' : 'refused'
  }
}

function leaseHeld(path: string, { seconds }: Fault): string {
  const machine = /\/machines\/([^/]+)\//.exec(path)?.[1] ?? ''
  const expiresAt = new Date(Date.now() + seconds * 1000).toISOString()
  return `machine ID ${machine} lease currently held by somebody-else@tokens.fly.io, expires at ${expiresAt}`
}
