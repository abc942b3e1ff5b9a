import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js'
import {
  type ElicitResult,
  ElicitResultSchema,
  ErrorCode,
  McpError,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js'
import type { Answer } from '../../flow/context.js'

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

const leftOpen: ElicitResult = { action: 'cancel' }

const requestedSchema = {
  type: 'object' as const,
  properties: { typed: { type: 'string' as const, title: 'Name' } },
  required: ['typed'],
}

/**
 * What the person typed; undefined where the client could not ask after all, as one without anybody before it (MCP
 * 2025-11-25, elicitation). Raises what the SDK raises where the call itself is cancelled.
 * Not by the SDK's own method: that one checks the answer with ajv, a tenth of a start.
 */
export async function askToType(
  message: string,
  { sendRequest, signal }: Asking,
): Promise<Answer | undefined> {
  const params = { message, requestedSchema }
  const options = { timeout: answerMs, signal }
  const answer = await sendRequest(
    { method: 'elicitation/create', params },
    ElicitResultSchema,
    options,
  ).catch((error: unknown) => {
    if (signal.aborted || !(error instanceof McpError)) throw error
    // The person left the question open.
    return error.code === ErrorCode.RequestTimeout ? leftOpen : undefined
  })
  if (answer === undefined) return undefined
  const typed = answer.action === 'accept' ? answer.content?.typed : undefined
  return { typed: typeof typed === 'string' ? typed : undefined }
}
