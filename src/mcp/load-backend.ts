import type { Policy } from '../access/policy.js'
import type { CountRequest } from '../jobs/count-request.js'
import type { Backend } from './backend.js'
import type { CallParts } from './call.js'

/** What calls need, made when the first comes. */
export interface Composition extends Omit<CallParts, 'policy' | 'catalogue'> {
  /** There where several instances count requests together. */
  readonly countRequest?: CountRequest | undefined
  /** Resolves when no job and no child is left. */
  idle(): Promise<void>
}

export interface BackendOptions {
  readonly policy: Policy
  readonly loadComposition: () => Promise<Composition>
}

export interface BackendLoader {
  /** Never rejects: what keeps the parts from being made is told to whoever calls. */
  load(): Promise<Backend>
  readonly countRequest: CountRequest
  /** Resolves when every call was answered and no work is left. */
  idle(): Promise<void>
}

/** Composes once, and again where that failed. */
export function createBackendLoader({ policy, loadComposition }: BackendOptions): BackendLoader {
  let composing: Promise<Composition> | undefined
  const calls = new Set<Promise<unknown>>()
  function composeOnce(): Promise<Composition> {
    composing ??= loadComposition().catch((error: unknown) => {
      composing = undefined
      throw error
    })
    return composing
  }
  function counted<T>(call: Promise<T>): Promise<T> {
    calls.add(call)
    void call.finally(() => calls.delete(call)).catch(() => {})
    return call
  }
  return {
    async load() {
      const composed = composeOnce()
      // Whether it failed is looked at below; meanwhile the rest is loaded.
      composed.catch(() => {})
      const [{ catalogue }, { createBackend, createBrokenBackend }] = await Promise.all([
        import('../tools/catalogue.js'),
        import('./create-backend.js'),
      ])
      try {
        const backend = createBackend({ ...(await composed), catalogue, policy })
        return { ...backend, call: (call) => counted(backend.call(call)) }
      } catch (error) {
        return createBrokenBackend(error)
      }
    },
    async countRequest(caller, windowMs) {
      const composed = await composeOnce().catch(() => undefined)
      return composed?.countRequest?.(caller, windowMs)
    },
    async idle() {
      await Promise.allSettled(calls)
      await (await composing?.catch(() => undefined))?.idle()
    },
  }
}
