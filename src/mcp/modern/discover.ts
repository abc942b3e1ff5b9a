import type { Policy } from '../../access/policy.js'
import { type ListedTool, offeredTools } from '../offered-tools.js'
import type { Method } from './handle.js'
import { modernVersion, tasksExtension } from './protocol.js'

/** Neither changes before flyops is started again; what is listed may, where a token is given another scope. */
const discoverTtlMs = 3_600_000
const listTtlMs = 300_000

/** server/discover: what this server speaks and can do. */
export function discover(instructions: string): Method {
  return () => ({
    supportedVersions: [modernVersion],
    capabilities: { tools: {}, extensions: { [tasksExtension]: {} } },
    instructions,
    ttlMs: discoverTtlMs,
    cacheScope: 'private',
  })
}

/** tools/list: those that the caller may call, all at once. */
export function listTools(tools: readonly ListedTool[], policy: Policy): Method {
  return ({ caller }) => ({
    tools: offeredTools(tools, { policy, caller }),
    ttlMs: listTtlMs,
    cacheScope: 'private',
  })
}
