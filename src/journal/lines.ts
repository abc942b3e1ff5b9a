import type { FileHandle } from 'node:fs/promises'
import { createBoundedLines } from '../process/bounded-lines.js'

/** The longest that is read; a deploy with the largest toml has a quarter of it. */
const maxLineBytes = 4 * 1024 * 1024
const chunkBytes = 256 * 1024

/** Tells the lines of a file, in pieces small enough for other work in between; undefined for one that is too long. */
export async function eachLine(
  file: FileHandle,
  onLine: (line: string | undefined) => void,
): Promise<void> {
  const lines = createBoundedLines(maxLineBytes, {
    onLine(line) {
      if (line.length > 0) onLine(line.toString('utf8'))
    },
    onTooLong: () => onLine(undefined),
  })
  const chunks = file.createReadStream({ highWaterMark: chunkBytes, autoClose: false, start: 0 })
  for await (const chunk of chunks) lines.write(chunk as Buffer)
  lines.end()
}
