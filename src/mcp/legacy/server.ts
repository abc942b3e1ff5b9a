import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from '@modelcontextprotocol/sdk/types.js'
import type { Caller } from '../../access/caller.js'
import type { Policy } from '../../access/policy.js'
import type { Backend } from '../backend.js'
import { type ListedTool, offeredTools } from '../offered-tools.js'
import { askToType, mayAsk } from './ask.js'

export interface LegacyOptions {
  readonly info: { readonly name: string; readonly title?: string; readonly version: string }
  readonly instructions: string
  /** The prepared answer to tools/list. */
  readonly tools: readonly ListedTool[]
  /** Decides, with the caller's scope, which of them are offered. */
  readonly policy: Policy
  /** Made at the first call, so that a client sees the tools at once. */
  readonly loadBackend: () => Promise<Backend>
}

export interface LegacyCaller {
  readonly caller: Caller
  /** Asked where a call was aborted: whether its client is only gone, and has cancelled nothing. */
  readonly keepsWork: () => boolean
}

/**
 * An MCP server for clients that begin with `initialize`, on the SDK's low-level class: its high-level one answers
 * refused input by itself, without our form of errors (@modelcontextprotocol/sdk 1.32).
 */
export function createLegacyServer(
  { info, instructions, tools, policy, loadBackend }: LegacyOptions,
  { caller, keepsWork }: LegacyCaller,
): Server {
  const server = new Server(info, { capabilities: { tools: {} }, instructions })
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [...offeredTools(tools, { policy, caller })],
  }))
  server.setRequestHandler(
    CallToolRequestSchema,
    async ({ params }, { signal, sendNotification, sendRequest, _meta }) => {
      const backend = await loadBackend()
      const progressToken = _meta?.progressToken
      const answer = await backend.call({
        caller,
        name: params.name,
        args: params.arguments,
        signal,
        keepsWork,
        takesTasks: false,
        sendProgress:
          progressToken === undefined
            ? undefined
            : (progress) =>
                // A client that is gone no longer wants to know.
                void sendNotification({
                  method: 'notifications/progress',
                  params: { progressToken, ...progress },
                }).catch(() => {}),
        askToType: mayAsk(server) ? (text) => askToType(text, { sendRequest, signal }) : undefined,
      })
      if (answer?.kind !== 'result')
        throw new McpError(ErrorCode.InvalidParams, `Unknown tool: ${params.name}`)
      return answer.result
    },
  )
  return server
}
