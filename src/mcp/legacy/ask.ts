import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js'
import {
  ElicitResultSchema,
  McpError,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js'

type Asking = Pick<RequestHandlerExtra<ServerRequest, ServerNotification>, 'sendRequest' | 'signal'>

/**
 * Some clients only open addresses, and show no form; the SDK reads an empty declaration as `form`. A client
 * of the stateless transport has told nothing of itself, and is never asked.
 */
export function mayAsk(server: Server): boolean {
  return server.getClientCapabilities()?.elicitation?.form !== undefined
}

/** People read before they type. */
const answerMs = 5 * 60_000

const requestedSchema = {
  type: 'object' as const,
  properties: { typed: { type: 'string' as const, title: 'Name' } },
  required: ['typed'],
}

/**
 * What the person typed; undefined where they declined, closed the question or left it open, or the client
 * could not ask (MCP 2025-11-25, elicitation). Raises what the SDK raises where the call itself is cancelled.
 * Not by the SDK's own method: that one checks the answer with ajv, a tenth of a start.
 */
export async function askToType(
  message: string,
  { sendRequest, signal }: Asking,
): Promise<string | undefined> {
  const params = { message, requestedSchema }
  const options = { timeout: answerMs, signal }
  const answer = await sendRequest(
    { method: 'elicitation/create', params },
    ElicitResultSchema,
    options,
  ).catch((error: unknown) => {
    if (signal.aborted || !(error instanceof McpError)) throw error
    return undefined
  })
  const typed = answer?.action === 'accept' ? answer.content?.typed : undefined
  return typeof typed === 'string' ? typed : undefined
}
