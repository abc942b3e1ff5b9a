import { readFile } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import { type Caller, fullScope } from '../access/caller.js'
import { approvalTool } from '../access/permission.js'
import { checkToolNames } from '../access/policy.js'
import { localOwner } from '../flow/context.js'
import { capabilities, fullInfo, info } from './about.js'
import { createFront } from './front.js'
import type { HttpOptions } from './http.js'
import { instructionsFor } from './instructions.js'
import { legacyMethods } from './legacy/methods.js'
import type { LegacyCaller } from './legacy/server.js'
import { type BackendOptions, createBackendLoader } from './load-backend.js'
import { createModernServer } from './modern/server.js'
import type { ListedTool } from './offered-tools.js'
import { serveStdio } from './stdio.js'

export interface ServeOptions extends BackendOptions {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  /** Aborts on SIGINT and SIGTERM; `end` aborts it when the client is gone. */
  readonly ending: AbortSignal
  readonly end: () => void
  readonly toolsFile: string
  /** Whether to compose at once instead of at the first call. */
  readonly isEager: boolean
  readonly http: HttpOptions | undefined
  /** Whether other instances count the requests of its callers too. */
  readonly isShared: boolean
}

const localCaller: Caller = { owner: localOwner, scope: fullScope }

/** Serves until the client is gone or the process must end, and until no child is left. */
export async function serve(options: ServeOptions): Promise<void> {
  const { policy, ending, stderr } = options
  const tools: readonly ListedTool[] = JSON.parse(await readFile(options.toolsFile, 'utf8'))
  const names = tools.map(({ name }) => name)
  checkToolNames(policy, names)
  const { load: loadBackend, countRequest, idle } = createBackendLoader(options)
  if (options.isEager) void loadBackend()
  const told = policy.rules === undefined ? names.filter((name) => name !== approvalTool) : names
  const parts = { tools, policy, loadBackend }
  const about = { capabilities, instructions: instructionsFor(told) }
  const onError = (error: unknown) => stderr.write(`flyops: ${describe(error)}\n`)
  const modern = createModernServer({ ...parts, ...about, info, fullInfo, ending, onError })
  if (options.http === undefined) {
    const greeting = { ...about, serverInfo: fullInfo }
    const front = { caller: localCaller, modern, greeting, legacy: legacyMethods(parts) }
    await serveStdio(options, ending, (send) => createFront(front, send))
  } else {
    const { serveHttp } = await import('./http.js')
    const createLegacyServer = async (caller: LegacyCaller) =>
      (await import('./legacy/server.js')).createLegacyServer(
        { ...parts, ...about, info: fullInfo },
        caller,
      )
    await serveHttp(options.http, {
      ...options,
      modern,
      createLegacyServer,
      localCaller,
      countForAll: options.isShared ? countRequest : undefined,
      idle,
    })
  }
  options.end()
  await idle()
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
