import type { Context, MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { splitCommand } from '../../fly-toml/command-line.js'
import { demand, type Wanted } from '../platform/access.js'
import { actions } from '../platform/caveats.js'
import { Refusal } from '../platform/refusal.js'
import type { ApiContext } from './context.js'

const execution = z.object({ cmd: z.string() })

/**
 * Before all routes of `/v1/apps`: raises a 404 for an app that the token does not open, as for one that is not there, and a
 * 403 for what it does not permit there. Lists are of what it opens.
 */
export function guard({ access }: Pick<ApiContext, 'access'>): MiddlewareHandler {
  return async (c, next) => {
    const path = pathOf(c)
    const isList = path.app === undefined && isReading(c)
    if (path.app !== undefined && !access.permits({ action: actions.read, app: path.app }))
      throw new Refusal(404, `Could not find App "${path.app}"`)
    if (!isList) demand(access, await wantedBy(c, path))
    return next()
  }
}

interface Path {
  readonly app?: string | undefined
  /** `machines`, `volumes`, `secrets` and so on, with the id of one and what is asked of it. */
  readonly part?: string | undefined
  readonly id?: string | undefined
  readonly rest?: string | undefined
}

/** As it is written: a name that is encoded is no app's, and no machine's that a token names. */
function pathOf(c: Context): Path {
  const [app, part, id, rest] = c.req.path.split('/').slice('/v1/apps'.split('/').length)
  return { app, part, id, rest }
}

function isReading(c: Context): boolean {
  return c.req.method === 'GET' || c.req.method === 'HEAD'
}

async function wantedBy(c: Context, { app = '', part, id, rest }: Path): Promise<Wanted> {
  const action = isReading(c) ? actions.read : changeOf(c.req.method, { part, id, rest })
  const resource = id ?? (action === actions.create ? '' : undefined)
  if (part === 'volumes') return { action, app, volume: resource }
  if (part !== 'machines') return { action, app }
  if (rest !== 'exec') return { action, app, machine: resource }
  const { cmd } = execution.parse(await c.req.json())
  return { action, app, machine: resource, command: splitCommand(cmd) ?? [] }
}

/** Secrets, addresses and certificates are of their app: to change them is to write it. */
function changeOf(method: string, { part, id, rest }: Path): number {
  const { write, create, control } = actions
  if (part !== undefined && part !== 'machines' && part !== 'volumes') return write
  if (rest !== undefined) return part === 'machines' && rest !== 'metadata' ? control : write
  if (method === 'DELETE') return actions.delete
  return id === undefined ? create : write
}
