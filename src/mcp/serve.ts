import { readFile } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import { type Caller, fullScope } from '../access/caller.js'
import { approvalTool } from '../access/permission.js'
import { checkToolNames } from '../access/policy.js'
import { localOwner } from '../flow/context.js'
import { version } from '../version.js'
import { createFront } from './front.js'
import type { HttpOptions } from './http.js'
import { instructionsFor } from './instructions.js'
import type { LegacyCaller } from './legacy/server.js'
import { type BackendOptions, createBackendLoader } from './load-backend.js'
import { createModernServer } from './modern/server.js'
import { type ListedTool, offeredTools } from './offered-tools.js'
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
}

const info = { name: 'flyops', title: 'flyops', version }
const localCaller: Caller = { owner: localOwner, scope: fullScope }

/** Serves until the client is gone or the process must end, and until no child is left. */
export async function serve(options: ServeOptions): Promise<void> {
  const { policy, ending, stderr } = options
  const tools: readonly ListedTool[] = JSON.parse(await readFile(options.toolsFile, 'utf8'))
  const names = tools.map(({ name }) => name)
  checkToolNames(policy, names)
  const { load: loadBackend, idle } = createBackendLoader(options)
  if (options.isEager) void loadBackend()
  const told = policy.rules === undefined ? names.filter((name) => name !== approvalTool) : names
  const served = { info, tools, policy, loadBackend, instructions: instructionsFor(told) }
  const onError = (error: unknown) => stderr.write(`flyops: ${describe(error)}\n`)
  const modern = createModernServer({ ...served, ending, onError })
  const createLegacyServer = async (caller: LegacyCaller) =>
    (await import('./legacy/server.js')).createLegacyServer(served, caller)
  if (options.http === undefined) {
    const loadLegacy = async (send: (message: object) => Promise<void>) => {
      // What comes is a call: what it needs is read from the disk together.
      void loadBackend()
      const { openConversation } = await import('./legacy/conversation.js')
      const server = await createLegacyServer({ caller: localCaller, keepsWork: () => false })
      return openConversation(server, send)
    }
    const front = {
      caller: localCaller,
      modern,
      greeting: {
        capabilities: { tools: {} },
        serverInfo: info,
        instructions: served.instructions,
      },
      tools: offeredTools(tools, { policy, caller: localCaller }),
      loadLegacy,
    }
    await serveStdio(options, ending, (send) => createFront(front, send))
  } else {
    const { serveHttp } = await import('./http.js')
    const surroundings = { ...options, modern, createLegacyServer, localCaller, idle }
    await serveHttp(options.http, surroundings)
  }
  options.end()
  await idle()
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
