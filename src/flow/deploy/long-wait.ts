import type { ToolContext } from '../context.js'

const everyMs = 60_000

/**
 * Says each minute that flyctl may still wait, for as long as the toml lets it: such a deploy is not stopped for its
 * silence. The result ends that.
 */
export function tellOfLongWait(
  waitMs: number,
  { progress }: Pick<ToolContext, 'progress'>,
): () => void {
  const until = performance.now() + waitMs
  const timer = setInterval(() => {
    if (performance.now() > until) return clearInterval(timer)
    progress({ message: 'flyctl may still wait, as [deploy] of the toml has it', stage: 'deploy' })
  }, everyMs)
  return () => clearInterval(timer)
}
