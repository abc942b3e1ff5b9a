import { z } from 'zod'
import { readJson, writeJson } from './state-folder.js'

/** What was asked of the sandbox that it does not know, and how often. */
const unknownRequests = z.array(z.object({ request: z.string(), count: z.number() }))

export type UnknownRequests = z.infer<typeof unknownRequests>

/** More are not told apart. */
const mostKept = 100
const longestChars = 200

/** Counts them in a file, for `sandbox status`. `failed` is told where it cannot be written. */
export function countUnknown(
  file: string,
  failed: (error: unknown) => void,
): (request: string) => void {
  const counts = new Map<string, number>()
  let isWriting = false
  let isDue = false
  async function write(): Promise<void> {
    isDue = true
    if (isWriting) return
    isWriting = true
    while (isDue) {
      isDue = false
      const rows = [...counts].map(([request, count]) => ({ request, count }))
      await writeJson(file, rows satisfies UnknownRequests).catch(failed)
    }
    isWriting = false
  }
  return (request) => {
    const key = request.slice(0, longestChars)
    if (counts.size >= mostKept && !counts.has(key)) return
    counts.set(key, (counts.get(key) ?? 0) + 1)
    void write()
  }
}

/** Those asked most first. */
export async function readUnknown(file: string): Promise<UnknownRequests> {
  const found = (await readJson(file, unknownRequests)) ?? []
  return found.toSorted((a, b) => b.count - a.count)
}
