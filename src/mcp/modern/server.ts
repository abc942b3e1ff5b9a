import { promptMethods } from '../prompts/methods.js'
import type { ServedParts } from '../served-parts.js'
import { callTool } from './call.js'
import { discover, listCaching, listTools } from './discover.js'
import type { ModernServer } from './handle.js'
import { listen } from './listen.js'
import { taskMethods } from './tasks.js'

export interface ModernOptions extends ServedParts, Pick<ModernServer, 'info' | 'onError'> {
  readonly instructions: string
  readonly capabilities: object
  /** All that there is to say of this server; `info` is what each result says. */
  readonly fullInfo: object
  /** Aborts when flyops ends. */
  readonly ending: AbortSignal
}

/** What flyops answers to clients of MCP 2026-07-28. */
export function createModernServer(options: ModernOptions): ModernServer {
  const prompts = promptMethods(options)
  const { info, onError, tools, policy, loadBackend, ending } = options
  return {
    info,
    onError,
    methods: {
      'server/discover': discover(options),
      'tools/list': listTools(tools, policy),
      'tools/call': callTool(loadBackend),
      'subscriptions/listen': listen(loadBackend, ending),
      ...prompts,
      'prompts/list': (request) => ({ ...prompts['prompts/list'](request), ...listCaching }),
      ...taskMethods(loadBackend),
    },
  }
}
