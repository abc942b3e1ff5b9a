import type { Policy } from '../../access/policy.js'
import type { Backend } from '../backend.js'
import type { ListedTool } from '../offered-tools.js'
import { callTool } from './call.js'
import { discover, listTools } from './discover.js'
import type { ModernServer } from './handle.js'
import { listen } from './listen.js'
import { taskMethods } from './tasks.js'

export interface ModernOptions extends Pick<ModernServer, 'info' | 'onError'> {
  readonly instructions: string
  /** The prepared answer to tools/list. */
  readonly tools: readonly ListedTool[]
  readonly policy: Policy
  /** Made at the first call, so that a client sees the tools at once. */
  readonly loadBackend: () => Promise<Backend>
  /** Aborts when flyops ends. */
  readonly ending: AbortSignal
}

/** What flyops answers to clients of MCP 2026-07-28. */
export function createModernServer(options: ModernOptions): ModernServer {
  const { info, onError, instructions, tools, policy, loadBackend, ending } = options
  return {
    info,
    onError,
    methods: {
      'server/discover': discover(instructions),
      'tools/list': listTools(tools, policy),
      'tools/call': callTool(loadBackend),
      'subscriptions/listen': listen(loadBackend, ending),
      ...taskMethods(loadBackend),
    },
  }
}
