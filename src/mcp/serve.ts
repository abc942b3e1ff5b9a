import { readFile } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import { type Caller, fullScope } from '../access/caller.js'
import { checkToolNames, type Policy } from '../access/policy.js'
import { localOwner, type ToolClients } from '../flow/context.js'
import type { Calls } from '../jobs/calls.js'
import type { Log } from '../log.js'
import type { Redact } from '../process/redact.js'
import { version } from '../version.js'
import type { CallParts } from './call.js'
import type { HttpOptions } from './http.js'
import { createServer, type ServerOptions } from './server.js'
import { serveStdio } from './stdio.js'

export interface ServeOptions {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  /** Aborts on SIGINT and SIGTERM; `end` aborts it when the client is gone. */
  readonly ending: AbortSignal
  readonly end: () => void
  readonly toolsFile: string
  readonly policy: Policy
  readonly loadComposition: () => Promise<ServedComposition>
  /** Whether to compose at once instead of at the first call. */
  readonly isEager: boolean
  readonly http: HttpOptions | undefined
}

export interface ServedComposition {
  readonly clients: ToolClients
  readonly calls: Calls
  readonly redact: Redact
  readonly log: Log
  idle(): Promise<void>
}

const localCaller: Caller = { owner: localOwner, scope: fullScope }

/** Serves until the client is gone or the process must end, and until no child is left. */
export async function serve(options: ServeOptions): Promise<void> {
  let composing: Promise<ServedComposition> | undefined
  const composeOnce = () => {
    composing ??= options.loadComposition().catch((error: unknown) => {
      composing = undefined
      throw error
    })
    return composing
  }
  const idle = async () => (await composing?.catch(() => undefined))?.idle()
  const calls = new Set<Promise<unknown>>()
  const tools: ServerOptions['tools'] = JSON.parse(await readFile(options.toolsFile, 'utf8'))
  const { policy } = options
  checkToolNames(
    policy,
    tools.map(({ name }) => name),
  )
  if (options.isEager) void composeOnce().catch(() => {})
  const serverOptions: ServerOptions = {
    version,
    tools,
    policy,
    loadParts: async () => ({
      ...(await loadParts(composeOnce)),
      policy,
      // A lost connection is no cancelled request (MCP 2025-11-25, Streamable HTTP).
      keepsWork: options.http !== undefined,
    }),
    onCall(call) {
      calls.add(call)
      void call.finally(() => calls.delete(call)).catch(() => {})
    },
  }
  if (options.http === undefined) {
    await serveStdio(createServer(serverOptions, localCaller), options, options.ending)
  } else {
    const { serveHttp } = await import('./http.js')
    await serveHttp(options.http, {
      ...options,
      localCaller,
      createServer: (caller) => createServer(serverOptions, caller),
      idle,
    })
  }
  options.end()
  await Promise.allSettled(calls)
  await idle()
}

async function loadParts(
  composeOnce: () => Promise<ServedComposition>,
): Promise<Omit<CallParts, 'keepsWork' | 'policy'>> {
  const [{ clients, calls, redact }, { catalogue }] = await Promise.all([
    composeOnce(),
    import('../tools/catalogue.js'),
  ])
  return { catalogue, clients, calls, redact }
}
