import {
  isId,
  isObject,
  type RpcError,
  type RpcMessage,
  type RpcRequest,
  rpcError,
  wrongParams,
} from '../message.js'

/**
 * What is wrong with the parameters of a message that flyops knows, as the answer to it. The SDK calls it an internal
 * error, or leaves it without an answer (@modelcontextprotocol/sdk 1.32).
 */
export function refusalOfForm(message: RpcMessage): RpcError | undefined {
  if (!('method' in message && 'id' in message)) return undefined
  const fault = faultOf(message)
  return fault === undefined ? undefined : rpcError(fault, wrongParams, message.id)
}

function faultOf({ method, params = {} }: RpcRequest): string | undefined {
  const { _meta: meta = {} } = params
  if (!isObject(meta)) return '_meta: must be an object.'
  const { progressToken } = meta
  if (progressToken !== undefined && !isId(progressToken))
    return '_meta.progressToken: must be a text or an integer.'
  const forms: Forms = (Object.hasOwn(formsOf, method) ? formsOf[method] : undefined) ?? {}
  const [wrong] = Object.entries(forms).find(([name, { fits }]) => !fits(params[name])) ?? []
  return wrong === undefined ? undefined : `${wrong}: must be ${forms[wrong]?.form}.`
}

interface Form {
  readonly form: string
  readonly fits: (value: unknown) => boolean
}

type Forms = Readonly<Record<string, Form>>

const text: Form = { form: 'a text', fits: (value) => typeof value === 'string' }
const object: Form = { form: 'an object', fits: isObject }

function optional({ form, fits }: Form): Form {
  return { form, fits: (value) => value === undefined || fits(value) }
}

const formsOf: Readonly<Record<string, Forms>> = {
  initialize: {
    protocolVersion: text,
    capabilities: object,
    clientInfo: {
      form: 'an object with name and version',
      fits: (info) => isObject(info) && text.fits(info.name) && text.fits(info.version),
    },
  },
  'tools/list': { cursor: optional(text) },
  'tools/call': { name: text, arguments: optional(object) },
}
