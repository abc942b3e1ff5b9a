import type { Caller } from '../access/caller.js'
import type { TraceContext } from '../flow/watch.js'
import type { Backend, CallAnswer, ToolCall } from './backend.js'
import { isObject, type JsonObject, type RpcNotification } from './message.js'
import { metaOf } from './modern/envelope.js'
import { invalidParams } from './modern/protocol.js'

/** tools/call, of whichever version of the protocol. */
export interface CallRequest {
  readonly caller: Caller
  readonly params: JsonObject
  readonly signal: AbortSignal
  /** Undefined where no progress is asked for. */
  readonly progressToken: string | number | undefined
  readonly notify: (notification: RpcNotification) => void
}

/** What a version and its client have of it. */
export type CallManner = Pick<ToolCall, 'keepsWork' | 'takesTasks' | 'askToType'>

/** Calls the tool that is named. Raises -32602. */
export async function callNamed(
  loadBackend: () => Promise<Backend>,
  request: CallRequest,
  manner: CallManner,
): Promise<CallAnswer> {
  const { caller, signal, params } = request
  const { name, arguments: args } = params
  if (typeof name !== 'string') throw invalidParams('name: must be a text.')
  if (args !== undefined && !isObject(args)) throw invalidParams('arguments: must be an object.')
  const backend = await loadBackend()
  const sendProgress = progressOf(request)
  const trace = traceOf(params)
  const answer = await backend.call({ caller, name, args, trace, signal, sendProgress, ...manner })
  if (answer === undefined) throw invalidParams(`Unknown tool: ${name}`)
  return answer
}

/** MCP has it beside the arguments, whatever the message comes by. */
function traceOf(params: JsonObject): TraceContext | undefined {
  const { traceparent, tracestate } = metaOf(params) ?? {}
  if (typeof traceparent !== 'string') return undefined
  return { traceparent, ...(typeof tracestate === 'string' ? { tracestate } : {}) }
}

function progressOf({ progressToken, notify }: CallRequest): ToolCall['sendProgress'] {
  if (progressToken === undefined) return undefined
  return (progress) =>
    notify({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken, ...progress },
    })
}
