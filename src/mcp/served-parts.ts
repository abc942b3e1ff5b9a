import type { Policy } from '../access/policy.js'
import type { Backend } from './backend.js'
import type { ListedTool } from './offered-tools.js'

/** What is served, in every version of the protocol. */
export interface ServedParts {
  /** The prepared answer to tools/list. */
  readonly tools: readonly ListedTool[]
  /** Decides, with the caller's scope, which of them are offered. */
  readonly policy: Policy
  /** Made at the first call, so that a client sees the tools at once. */
  readonly loadBackend: () => Promise<Backend>
}
