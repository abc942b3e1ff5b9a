import {
  CallToolRequestSchema,
  ErrorCode,
  InitializeRequestSchema,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  ListToolsRequestSchema,
  RequestIdSchema,
} from '@modelcontextprotocol/sdk/types.js'
import type { z } from 'zod'

/** A longer message is not read, whatever it comes by. */
export const maxMessageBytes = 1024 * 1024

/** An error of JSON-RPC; its id is null where that of the request is not known. */
export interface RpcError {
  readonly jsonrpc: '2.0'
  readonly error: { readonly code: number; readonly message: string }
  readonly id: string | number | null
}

export type Reading =
  | { readonly kind: 'message'; readonly message: JSONRPCMessage }
  | { readonly kind: 'refused'; readonly error: RpcError }

export function rpcError(message: string, code = -32_000, id: RpcError['id'] = null): RpcError {
  return { jsonrpc: '2.0', error: { code, message }, id }
}

export const tooLong = rpcError(`A message of more than ${maxMessageBytes} bytes is not read.`)

/**
 * Reads a message, or says why it is none, as JSON-RPC 2.0 has it (section 5.1): no JSON is -32700, no message
 * -32600, and a message with wrong `params` -32602. The SDK drops the first two on standard input, and calls the
 * third an internal error (@modelcontextprotocol/sdk 1.32).
 */
export function readMessage(bytes: Uint8Array): Reading {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return refused('This is no JSON in UTF-8.', ErrorCode.ParseError)
  }
  const id = idOf(value)
  // Since MCP 2025-06-18 there are no batches: many in one would get past the limit of requests.
  if (Array.isArray(value)) return refused('A message is one object.', ErrorCode.InvalidRequest)
  const message = JSONRPCMessageSchema.safeParse(value).data
  if (message === undefined) {
    return isMessageWithout('params', value)
      ? refused('params must be an object.', ErrorCode.InvalidParams, id)
      : refused('This is no message of JSON-RPC 2.0.', ErrorCode.InvalidRequest, id)
  }
  const fault = 'method' in message ? faultOf(message) : undefined
  return fault === undefined
    ? { kind: 'message', message }
    : refused(fault, ErrorCode.InvalidParams, id)
}

function refused(message: string, code: ErrorCode, id?: RpcError['id']): Reading {
  return { kind: 'refused', error: rpcError(message, code, id) }
}

/** The id of a request; that of a response is ours, and says nothing to its sender. */
function idOf(value: unknown): RpcError['id'] {
  if (value === null || typeof value !== 'object' || !('method' in value && 'id' in value))
    return null
  return RequestIdSchema.safeParse(value.id).data ?? null
}

function isMessageWithout(name: string, value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false
  return JSONRPCMessageSchema.safeParse({ ...value, [name]: undefined }).success
}

const requestForms: Readonly<Record<string, z.ZodType>> = {
  initialize: InitializeRequestSchema,
  'tools/list': ListToolsRequestSchema,
  'tools/call': CallToolRequestSchema,
}

/** What is wrong with the parameters of a request that flyops knows. */
function faultOf({ method, params }: { method: string; params?: unknown }): string | undefined {
  const form = Object.hasOwn(requestForms, method) ? requestForms[method] : undefined
  const [issue] = form?.safeParse({ method, params }).error?.issues ?? []
  return issue && `${issue.path.join('.')}: ${issue.message}`
}
