import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import {
  CallToolRequestSchema,
  ErrorCode,
  type Tool as ListedTool,
  ListToolsRequestSchema,
  McpError,
} from '@modelcontextprotocol/sdk/types.js'
import type { Caller } from '../access/caller.js'
import { isOffered } from '../access/permission.js'
import type { Policy } from '../access/policy.js'
import { FlyopsError } from '../errors.js'
import { createOutgoing } from '../process/outgoing.js'
import { createRedact } from '../process/redact.js'
import { askToType, mayAsk } from './ask.js'
import { answerCall, type CallParts } from './call.js'
import { instructionsFor } from './instructions.js'
import { toErrorResult } from './result.js'

export interface ServerOptions {
  readonly version: string
  /** The prepared answer to tools/list. */
  readonly tools: readonly ListedTool[]
  /** Decides, with the caller's scope, which of them are offered. */
  readonly policy: Policy
  /** Made at the first call, so that a client sees the tools at once. */
  readonly loadParts: () => Promise<CallParts>
  /** Told of every call, for whoever must wait until the last has cleaned up. */
  readonly onCall: (call: Promise<unknown>) => void
}

/**
 * An MCP server on the SDK's low-level class: its high-level one answers refused input by itself,
 * without our form of errors (@modelcontextprotocol/sdk 1.32).
 */
export function createServer(
  { version, tools, policy, loadParts, onCall }: ServerOptions,
  caller: Caller,
): Server {
  const server = new Server(
    { name: 'flyops', title: 'flyops', version },
    { capabilities: { tools: {} }, instructions: instructionsFor(tools.map(({ name }) => name)) },
  )
  const permitted = tools.filter(({ name, annotations }) =>
    isOffered({ policy, caller }, { name, readsOnly: annotations?.readOnlyHint === true }),
  )
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: permitted }))
  server.setRequestHandler(
    CallToolRequestSchema,
    async ({ params }, { signal, sendNotification, sendRequest, _meta }) => {
      const parts = await loadParts().catch(asFlyopsError)
      if (parts instanceof FlyopsError)
        return toErrorResult(parts, {
          redact: createOutgoing(createRedact([])),
          mayCall: () => true,
        })
      const tool = parts.catalogue.find(({ name }) => name === params.name)
      if (tool === undefined)
        throw new McpError(ErrorCode.InvalidParams, `Unknown tool: ${params.name}`)
      const progressToken = _meta?.progressToken
      const sendProgress =
        progressToken === undefined
          ? undefined
          : (progress: object) => {
              const sent = {
                method: 'notifications/progress',
                params: { progressToken, ...progress },
              }
              // A client that is gone no longer wants to know.
              sendNotification(sent as Parameters<typeof sendNotification>[0]).catch(() => {})
            }
      const answer = answerCall(
        tool,
        {
          caller,
          name: params.name,
          args: params.arguments,
          signal,
          sendProgress,
          askToType: mayAsk(server)
            ? (text) => askToType(text, { sendRequest, signal })
            : undefined,
        },
        parts,
      )
      onCall(answer)
      return answer
    },
  )
  return server
}

/** What kept the parts from being made: the sandbox could not be started, for one. */
function asFlyopsError(error: unknown): FlyopsError {
  if (error instanceof FlyopsError) return error
  return new FlyopsError('internal', 'settings', 'flyops could not be set up.', {
    remedy: 'Run `flyops serve` in a terminal to see why.',
    cause: error,
  })
}
