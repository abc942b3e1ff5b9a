import type { Caller } from '../access/caller.js'
import { refusalOfForm } from './legacy/forms.js'
import type { LegacyMethod } from './legacy/methods.js'
import { createQuestions, mayAsk } from './legacy/questions.js'
import { latestLegacyVersion, legacyVersions } from './legacy-versions.js'
import { isObject, type JsonObject, type RpcMessage, type RpcRequest } from './message.js'
import { progressTokenOf, versionOf } from './modern/envelope.js'
import { handle, type ModernServer, refusalOf, type Surroundings } from './modern/handle.js'
import { methodNotFound } from './modern/protocol.js'
import type { Conversation } from './stdio.js'

export interface FrontOptions {
  readonly caller: Caller
  readonly modern: ModernServer
  /** What `initialize` is answered. */
  readonly greeting: object
  /** What clients may ask for that have shaken hands. */
  readonly legacy: Readonly<Record<string, LegacyMethod>>
}

/**
 * Reads of each message by which version of the protocol it is to be answered: a client may change it from one to the
 * next. Nothing heavy is loaded for what every client asks for at its start.
 */
export function createFront(
  { caller, modern, greeting, legacy }: FrontOptions,
  send: (message: object) => Promise<void>,
): Conversation {
  const open = new Map<RpcRequest['id'], AbortController>()
  const answering = new Set<Promise<void>>()
  const questions = createQuestions(send)
  let greeted: JsonObject | undefined

  function answer(request: RpcRequest, run: Answering): void {
    const answered = answerOne(request, run).finally(() => answering.delete(answered))
    answering.add(answered)
  }

  async function answerOne(request: RpcRequest, run: Answering): Promise<void> {
    const cancelling = new AbortController()
    open.set(request.id, cancelling)
    const message = await run(request, {
      caller,
      signal: cancelling.signal,
      notify: (notification) => void send(notification),
    })
    if (open.get(request.id) === cancelling) open.delete(request.id)
    // Nothing more is said about a request that its client cancelled (basic/patterns/cancellation).
    if (cancelling.signal.reason !== cancelled) await send(message)
  }

  const answerModern: Answering = async (request, surroundings) =>
    (await handle(modern, request, surroundings)).message

  const answerLegacy: Answering = async (request, surroundings) => {
    const { id, method, params = {} } = request
    try {
      const run = Object.hasOwn(legacy, method) ? legacy[method] : undefined
      if (run === undefined) throw methodNotFound(method)
      const { signal } = surroundings
      const result = await run({
        ...surroundings,
        params,
        progressToken: progressTokenOf(params),
        keepsWork: () => false,
        askToType: mayAsk(greeted) ? (text) => questions.askToType(text, signal) : undefined,
      })
      return { jsonrpc: '2.0', id, result }
    } catch (error) {
      return refusalOf(error, id, modern.onError).message
    }
  }

  function greet({ id, params }: RpcRequest): object {
    greeted = params
    const asked = String(params?.protocolVersion)
    const protocolVersion = legacyVersions.includes(asked) ? asked : latestLegacyVersion
    return { jsonrpc: '2.0', id, result: { protocolVersion, ...greeting } }
  }

  function receiveLegacy(message: RpcMessage): void {
    const refusal = refusalOfForm(message)
    if (refusal !== undefined) void send(refusal)
    else if (!('method' in message)) questions.answer(message)
    else if (!('id' in message)) return
    else if (message.method === 'initialize') void send(greet(message))
    else if (message.method === 'ping') void send({ jsonrpc: '2.0', id: message.id, result: {} })
    else answer(message, answerLegacy)
  }

  return {
    receive(message) {
      if ('method' in message && 'id' in message && versionOf(message.params) !== undefined) {
        answer(message, answerModern)
        return
      }
      const id = cancelledId(message)
      if (id !== undefined && open.has(id)) open.get(id)?.abort(cancelled)
      else receiveLegacy(message)
    },
    async close() {
      for (const cancelling of open.values()) cancelling.abort()
      await Promise.all(answering)
    },
  }
}

/** The response to a request; never rejects. */
type Answering = (request: RpcRequest, surroundings: Surroundings) => Promise<object>

/** Why a call is aborted, where it is not the end of everything. */
const cancelled = 'cancelled by the client'

function cancelledId(message: RpcMessage): RpcRequest['id'] | undefined {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined
  const { requestId } = isObject(message.params) ? message.params : {}
  return typeof requestId === 'string' || typeof requestId === 'number' ? requestId : undefined
}
