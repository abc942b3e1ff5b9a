import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import type { RpcMessage, RpcRequest } from '../message.js'

/** A server of the SDK with a client whose messages others read. */
export interface LegacyConversation {
  receive(message: RpcMessage): void
  /** What was answered already: the server must know what the client told of itself. */
  replay(initialize: RpcRequest): void
  close(): Promise<void>
}

/** An id that no client gives. */
const replayed = 'flyops-replayed-initialize'

/**
 * The SDK's own transport for standard input leaves lines that are no message without an answer, and ends at one that
 * is too long (@modelcontextprotocol/sdk 1.32).
 */
export async function openConversation(
  server: Server,
  send: (message: object) => Promise<void>,
): Promise<LegacyConversation> {
  const transport: Transport = {
    start: async () => {},
    send: async (message) => {
      if (!('id' in message && message.id === replayed)) await send(message)
    },
    close: async () => transport.onclose?.(),
  }
  await server.connect(transport)
  const receive = (message: RpcMessage) => transport.onmessage?.(message as JSONRPCMessage)
  return {
    receive,
    replay: (initialize) => receive({ ...initialize, id: replayed }),
    close: () => server.close().catch(() => {}),
  }
}
