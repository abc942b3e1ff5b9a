import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js'
import {
  ElicitResultSchema,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js'

type SendRequest = RequestHandlerExtra<ServerRequest, ServerNotification>['sendRequest']

/** A client of the stateless transport has told nothing of itself, and is never asked. */
export function mayAsk(server: Server): boolean {
  return server.getClientCapabilities()?.elicitation !== undefined
}

/** People read before they type. */
const answerMs = 5 * 60_000

/**
 * What the person typed; undefined where they declined or closed the question (MCP 2025-11-25, elicitation).
 * Not by the SDK's own method: that one checks the answer with ajv, a tenth of a start.
 */
export async function askToType(
  message: string,
  sendRequest: SendRequest,
): Promise<string | undefined> {
  const { action, content } = await sendRequest(
    {
      method: 'elicitation/create',
      params: {
        message,
        requestedSchema: {
          type: 'object',
          properties: { typed: { type: 'string', title: 'Name' } },
          required: ['typed'],
        },
      },
    },
    ElicitResultSchema,
    { timeout: answerMs },
  )
  const typed = action === 'accept' ? content?.typed : undefined
  return typeof typed === 'string' ? typed : undefined
}
