/** Work that must not overlap, one queue a key. */
export interface Queues {
  /** Runs `task` after all earlier ones of the same key, whether those failed or not. */
  add<T>(key: string, task: () => Promise<T>): Promise<T>
  /** Resolves when all queues are empty. */
  idle(): Promise<void>
}

export function createQueues(): Queues {
  const tails = new Map<string, Promise<unknown>>()
  return {
    add(key, task) {
      const result = (tails.get(key) ?? Promise.resolve()).then(task, task)
      const tail = result
        .catch(() => {})
        .finally(() => {
          if (tails.get(key) === tail) tails.delete(key)
        })
      tails.set(key, tail)
      return result
    },
    async idle() {
      while (tails.size > 0) await Promise.allSettled(tails.values())
    },
  }
}
