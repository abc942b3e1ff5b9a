import type { Caller } from '../../access/caller.js'
import { isObject, type JsonObject, type RpcNotification, type RpcRequest } from '../message.js'
import { type Envelope, readEnvelope } from './envelope.js'
import { metaKeys, methodNotFound, ProtocolError } from './protocol.js'

/** A request that is well-formed, with what its method may use. */
export interface ModernRequest extends Envelope, Surroundings {
  readonly id: string | number
  readonly params: JsonObject
}

export interface Surroundings {
  readonly caller: Caller
  /** Aborts where the client has cancelled the request, or is gone. */
  readonly signal: AbortSignal
  /** Sends a notification that belongs to this request. */
  readonly notify: (notification: RpcNotification) => void
}

/** Answers one method with its result; raises `ProtocolError`. */
export type Method = (request: ModernRequest) => Promise<object> | object

export interface ModernServer {
  readonly methods: Readonly<Record<string, Method>>
  readonly info: { readonly name: string; readonly title?: string; readonly version: string }
  /** Told of what a method raised that it should not have. */
  readonly onError: (error: unknown) => void
}

/** The response to a request, and the status that it has over HTTP. */
export interface ModernAnswer {
  readonly message: object
  readonly httpStatus: number
}

/** Answers a request of MCP 2026-07-28; never rejects. */
export async function handle(
  { methods, info, onError }: ModernServer,
  request: RpcRequest,
  surroundings: Surroundings,
): Promise<ModernAnswer> {
  const { id, method, params } = request
  try {
    const envelope = readEnvelope(request)
    const run = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (run === undefined) throw methodNotFound(method)
    const given = isObject(params) ? params : {}
    const result = signed(await run({ ...surroundings, ...envelope, id, params: given }), info)
    return { message: { jsonrpc: '2.0', id, result }, httpStatus: 200 }
  } catch (error) {
    return refusalOf(error, id, onError)
  }
}

/** What a method raised, as the answer to its request. */
export function refusalOf(
  error: unknown,
  id: RpcRequest['id'],
  onError: ModernServer['onError'],
): ModernAnswer {
  if (error instanceof ProtocolError) {
    const { code, message, data, httpStatus } = error
    const told = { code, message, ...(data === undefined ? {} : { data }) }
    return { message: { jsonrpc: '2.0', id, error: told }, httpStatus }
  }
  onError(error)
  const told = { code: -32_603, message: 'Internal error' }
  return { message: { jsonrpc: '2.0', id, error: told }, httpStatus: 500 }
}

/** Every result says of what kind it is, and who made it, in short where it has not said more. */
function signed(result: object, info: ModernServer['info']): object {
  const meta = '_meta' in result && isObject(result._meta) ? result._meta : {}
  return { resultType: 'complete', ...result, _meta: { [metaKeys.serverInfo]: info, ...meta } }
}
