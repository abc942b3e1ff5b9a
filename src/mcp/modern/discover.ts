import type { Policy } from '../../access/policy.js'
import { type ListedTool, offeredTools } from '../offered-tools.js'
import type { Method } from './handle.js'
import { metaKeys, modernVersion, tasksExtension } from './protocol.js'

/** Neither changes before flyops is started again; what is listed may, where a token is given another scope. */
const discoverTtlMs = 3_600_000
/** How long a list may be kept, and by whom. */
export const listCaching = { ttlMs: 300_000, cacheScope: 'private' }

interface Discovered {
  readonly capabilities: object
  readonly instructions: string
  readonly fullInfo: object
}

/** server/discover: what this server speaks and can do. */
export function discover({ capabilities, instructions, fullInfo }: Discovered): Method {
  return () => ({
    supportedVersions: [modernVersion],
    capabilities: { ...capabilities, extensions: { [tasksExtension]: {} } },
    instructions,
    _meta: { [metaKeys.serverInfo]: fullInfo },
    ttlMs: discoverTtlMs,
    cacheScope: 'private',
  })
}

/** tools/list: those that the caller may call, all at once. */
export function listTools(tools: readonly ListedTool[], policy: Policy): Method {
  return ({ caller }) => ({
    tools: offeredTools(tools, { policy, caller }),
    ...listCaching,
  })
}
