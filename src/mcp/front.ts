import type { Caller } from '../access/caller.js'
import type { LegacyConversation } from './legacy/conversation.js'
import { refusalOfForm } from './legacy/forms.js'
import { latestLegacyVersion, legacyVersions } from './legacy-versions.js'
import { isObject, type RpcMessage, type RpcRequest } from './message.js'
import { versionOf } from './modern/envelope.js'
import { call, handle, type ModernServer } from './modern/handle.js'
import type { Conversation } from './stdio.js'

export interface FrontOptions {
  readonly caller: Caller
  readonly modern: ModernServer
  /** What `initialize` and tools/list are answered to clients that have shaken hands. */
  readonly greeting: object
  readonly tools: readonly object[]
  /** Loads what serves such clients beyond that. */
  readonly loadLegacy: (send: (message: object) => Promise<void>) => Promise<LegacyConversation>
}

/**
 * Reads of each message by which version of the protocol it is to be answered: a client may change it from one to the
 * next. What every client asks for at its start is answered here, before anything heavy is loaded, and the calls of clients
 * that cannot be asked anything without the SDK.
 */
export function createFront(
  { caller, modern, greeting, tools, loadLegacy }: FrontOptions,
  send: (message: object) => Promise<void>,
): Conversation {
  const open = new Map<RpcRequest['id'], AbortController>()
  const answering = new Set<Promise<void>>()
  let initialize: RpcRequest | undefined
  let legacy: Promise<LegacyConversation> | undefined

  function answer(request: RpcRequest, run: Answering): void {
    const answered = answerOne(request, run).finally(() => answering.delete(answered))
    answering.add(answered)
  }

  async function answerOne(request: RpcRequest, run: Answering): Promise<void> {
    const cancelling = new AbortController()
    open.set(request.id, cancelling)
    const { message } = await run(modern, request, {
      caller,
      signal: cancelling.signal,
      notify: (notification) => void send(notification),
    })
    if (open.get(request.id) === cancelling) open.delete(request.id)
    // Nothing more is said about a request that its client cancelled (basic/patterns/cancellation).
    if (cancelling.signal.reason !== cancelled) await send(message)
  }

  function loadOnce(): Promise<LegacyConversation> {
    legacy ??= loadLegacy(send).then((loaded) => {
      if (initialize !== undefined) loaded.replay(initialize)
      return loaded
    })
    return legacy
  }

  /** Undefined where it takes more. */
  function answerAtOnce({ method, params }: RpcRequest): object | undefined {
    if (method === 'initialize') {
      const asked = String(params?.protocolVersion)
      const protocolVersion = legacyVersions.includes(asked) ? asked : latestLegacyVersion
      return { protocolVersion, ...greeting }
    }
    if (method === 'tools/list') return { tools }
    return method === 'ping' ? {} : undefined
  }

  function receiveLegacy(message: RpcMessage): void {
    const refusal = refusalOfForm(message)
    if (refusal !== undefined) return void send(refusal)
    if (legacy === undefined && 'method' in message) {
      if (!('id' in message)) return
      if (message.method === 'tools/call' && !showsForms(initialize))
        return void answer(message, call)
      const result = answerAtOnce(message)
      if (message.method === 'initialize') initialize = message
      if (result !== undefined) return void send({ jsonrpc: '2.0', id: message.id, result })
    }
    void loadOnce().then((loaded) => loaded.receive(message))
  }

  return {
    receive(message) {
      if ('method' in message && 'id' in message && versionOf(message.params) !== undefined) {
        answer(message, handle)
        return
      }
      const id = cancelledId(message)
      if (id !== undefined && open.has(id)) open.get(id)?.abort(cancelled)
      else receiveLegacy(message)
    },
    async close() {
      for (const cancelling of open.values()) cancelling.abort()
      await Promise.all([...answering, legacy?.then((loaded) => loaded.close())])
    },
  }
}

type Answering = typeof handle

/** Whether the server may ask the person, which takes the SDK. */
function showsForms(initialize: RpcRequest | undefined): boolean {
  const { capabilities } = initialize?.params ?? {}
  return isObject(capabilities) && 'elicitation' in capabilities
}

/** Why a call is aborted, where it is not the end of everything. */
const cancelled = 'cancelled by the client'

function cancelledId(message: RpcMessage): RpcRequest['id'] | undefined {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined
  const { requestId } = isObject(message.params) ? message.params : {}
  return typeof requestId === 'string' || typeof requestId === 'number' ? requestId : undefined
}
