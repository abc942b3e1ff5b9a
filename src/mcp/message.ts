/** A longer message is not read, whatever it comes by. */
export const maxMessageBytes = 1024 * 1024

export type JsonObject = Readonly<Record<string, unknown>>

export interface RpcRequest {
  readonly jsonrpc: '2.0'
  readonly id: string | number
  readonly method: string
  readonly params?: JsonObject
}

export type RpcNotification = Omit<RpcRequest, 'id'>

/** What a client answers to a request of ours. */
export interface RpcResponse {
  readonly jsonrpc: '2.0'
  readonly id: string | number
  readonly result?: JsonObject
  readonly error?: JsonObject
}

export type RpcMessage = RpcRequest | RpcNotification | RpcResponse

/** An error of JSON-RPC; its id is null where that of the request is not known. */
export interface RpcError {
  readonly jsonrpc: '2.0'
  readonly error: { readonly code: number; readonly message: string }
  readonly id: string | number | null
}

export type Reading =
  | { readonly kind: 'message'; readonly message: RpcMessage }
  | { readonly kind: 'refused'; readonly error: RpcError }

export function rpcError(message: string, code = -32_000, id: RpcError['id'] = null): RpcError {
  return { jsonrpc: '2.0', error: { code, message }, id }
}

export const tooLong = rpcError(`A message of more than ${maxMessageBytes} bytes is not read.`)

const parseError = -32_700
const invalidRequest = -32_600
export const wrongParams = -32_602

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Reads a message, or says why it is none, as JSON-RPC 2.0 has it (section 5.1): no JSON is -32700, no message
 * -32600, and a message with wrong `params` -32602. By hand: every message comes by here before anything is loaded.
 */
export function readMessage(bytes: Uint8Array): Reading {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return refused('This is no JSON in UTF-8.', parseError)
  }
  // Since MCP 2025-06-18 there are no batches: many in one would get past the limit of requests.
  if (Array.isArray(value)) return refused('A message is one object.', invalidRequest)
  if (!isObject(value) || !isMessage(value)) {
    return refused('This is no message of JSON-RPC 2.0.', invalidRequest, idOf(value))
  }
  if ('params' in value && !isObject(value.params))
    return refused('params must be an object.', wrongParams, idOf(value))
  return { kind: 'message', message: value as unknown as RpcMessage }
}

function refused(message: string, code: number, id?: RpcError['id']): Reading {
  return { kind: 'refused', error: rpcError(message, code, id) }
}

/** The id of a request; that of a response is ours, and says nothing to its sender. */
function idOf(value: unknown): RpcError['id'] {
  return isObject(value) && 'method' in value && isId(value.id) ? value.id : null
}

export function isId(id: unknown): id is string | number {
  return typeof id === 'string' || Number.isSafeInteger(id)
}

const keysOf = {
  call: ['jsonrpc', 'id', 'method', 'params'],
  result: ['jsonrpc', 'id', 'result'],
  error: ['jsonrpc', 'id', 'error'],
} as const

/** Whatever its `params` are. */
function isMessage(value: JsonObject): boolean {
  if (value.jsonrpc !== '2.0' || ('id' in value && !isId(value.id))) return false
  const has = (keys: readonly string[]) => Object.keys(value).every((key) => keys.includes(key))
  if ('method' in value) return typeof value.method === 'string' && has(keysOf.call)
  if (!('id' in value)) return false
  return 'result' in value
    ? isObject(value.result) && has(keysOf.result)
    : isObject(value.error) && has(keysOf.error)
}
