/** Runs tasks, at most `size` at a time, to their end. Raises the first failure after all have ended. */
export async function runPool(
  tasks: readonly (() => Promise<void>)[],
  size: number,
): Promise<void> {
  const waiting = [...tasks]
  const failures: unknown[] = []
  async function work(): Promise<void> {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift())
      await task().catch((error: unknown) => failures.push(error))
  }
  await Promise.all(Array.from({ length: Math.min(size, tasks.length) }, work))
  if (failures.length > 0) throw failures[0]
}
