import type { Answer } from '../../flow/context.js'
import { showsForms, typedKey, typingForm } from '../elicitation.js'
import { isObject, type JsonObject, type RpcResponse } from '../message.js'

/** Asks the person before a client that has shaken hands, by requests of ours. */
export interface Questions {
  /** Takes what the client answers; other answers mean nothing. */
  answer(response: RpcResponse): void
  /**
   * What the person typed; undefined where the client could not ask after all, as one without anybody before it (MCP
   * 2025-11-25, elicitation). Raises the signal's reason where the call itself is cancelled.
   */
  askToType(message: string, signal: AbortSignal): Promise<Answer | undefined>
}

/** People read before they type. */
const answerMs = 5 * 60_000

export function createQuestions(send: (message: object) => Promise<void>): Questions {
  const open = new Map<unknown, (response: RpcResponse) => void>()
  let asked = 0

  function takeBack(requestId: number, reason: string): void {
    const params = { requestId, reason }
    void send({ jsonrpc: '2.0', method: 'notifications/cancelled', params })
  }

  return {
    answer: (response) => open.get(response.id)?.(response),
    async askToType(message, signal) {
      signal.throwIfAborted()
      asked += 1
      const id = asked
      const { promise, resolve, reject } = Promise.withResolvers<Answer | undefined>()
      const leave = () => {
        takeBack(id, 'The call was cancelled.')
        reject(signal.reason)
      }
      const patience = setTimeout(() => {
        takeBack(id, 'The question was left open.')
        resolve({ typed: undefined })
      }, answerMs)
      open.set(id, ({ result }) => resolve(result === undefined ? undefined : readAnswer(result)))
      signal.addEventListener('abort', leave, { once: true })
      const params = { message, requestedSchema: typingForm }
      void send({ jsonrpc: '2.0', id, method: 'elicitation/create', params })
      try {
        return await promise
      } finally {
        clearTimeout(patience)
        signal.removeEventListener('abort', leave)
        open.delete(id)
      }
    },
  }
}

function readAnswer({ action, content }: JsonObject): Answer {
  const typed = action === 'accept' && isObject(content) ? content[typedKey] : undefined
  return { typed: typeof typed === 'string' ? typed : undefined }
}

/** Whether the client that sent this `initialize` can be asked. */
export function mayAsk(params: JsonObject | undefined): boolean {
  return isObject(params?.capabilities) && showsForms(params.capabilities)
}
