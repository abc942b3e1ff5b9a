/**
 * Does work for each item, at most `width` at a time; results stand in the order of the items. A failure is raised when
 * what had begun has ended, and nothing more begins.
 */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const waiting = items.entries()
  let failed = false
  async function worker(): Promise<void> {
    for (const [index, item] of waiting) {
      if (failed) return
      results[index] = await work(item).catch((error) => {
        failed = true
        throw error
      })
    }
  }
  await together(Array.from({ length: width }, worker))
  return results
}

/** The results of all; a failure is raised when all have ended, so that nothing goes on after the answer. */
export async function together<Results extends readonly unknown[]>(
  works: Results,
): Promise<{ -readonly [Index in keyof Results]: Awaited<Results[Index]> }> {
  await Promise.allSettled(works)
  return Promise.all(works) as never
}

/** A way to do work of which at most `width` is done at a time, in the order in which it came. */
export function taking(width: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let busy = 0
  return async (work) => {
    if (busy >= width) await new Promise<void>((resolve) => waiting.push(resolve))
    else busy += 1
    try {
      return await work()
    } finally {
      const nextOne = waiting.shift()
      if (nextOne === undefined) busy -= 1
      else nextOne()
    }
  }
}
