import type { RpcRequest } from '../message.js'

/** Calls over HTTP that run, by who made them and the id that they gave them. */
export interface RunningCalls {
  /** The returned function tells that it is over. */
  add(owner: string, id: RpcRequest['id'], cancel: () => void): () => void
  /**
   * Cancels the one that is meant. Without sessions nothing else tells the clients of one token apart: where two of them
   * run a call under the same id, neither is touched.
   */
  cancel(owner: string, id: unknown): void
}

export function createRunningCalls(): RunningCalls {
  const running = new Set<{
    readonly owner: string
    readonly id: RpcRequest['id']
    readonly cancel: () => void
  }>()
  return {
    add(owner, id, cancel) {
      const call = { owner, id, cancel }
      running.add(call)
      return () => running.delete(call)
    },
    cancel(owner, id) {
      const [meant, ...others] = [...running].filter(
        (call) => call.owner === owner && call.id === id,
      )
      if (others.length === 0) meant?.cancel()
    },
  }
}
