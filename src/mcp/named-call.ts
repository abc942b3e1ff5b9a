import type { Caller } from '../access/caller.js'
import type { Backend, CallAnswer, ToolCall } from './backend.js'
import { isObject, type JsonObject, type RpcNotification } from './message.js'
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
  const answer = await backend.call({ caller, name, args, signal, sendProgress, ...manner })
  if (answer === undefined) throw invalidParams(`Unknown tool: ${name}`)
  return answer
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
