import type { FileHandle } from 'node:fs/promises'

/** The longest that is read; a deploy with the largest toml has a quarter of it. */
const maxLineBytes = 4 * 1024 * 1024
const chunkBytes = 256 * 1024
const lineFeed = 0x0a

/** Tells the lines of a file, in pieces small enough for other work in between; undefined for one that is too long. */
export async function eachLine(
  file: FileHandle,
  onLine: (line: string | undefined) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  let isSkipping = false

  function end(line: Buffer): void {
    if (isSkipping) onLine(undefined)
    else if (line.length > 0) onLine(line.toString('utf8'))
    isSkipping = false
  }
  for await (const chunk of file.createReadStream({
    highWaterMark: chunkBytes,
    autoClose: false,
    start: 0,
  })) {
    const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
    let start = 0
    for (
      let found = bytes.indexOf(lineFeed);
      found !== -1;
      found = bytes.indexOf(lineFeed, start)
    ) {
      end(bytes.subarray(start, found))
      start = found + 1
    }
    rest = bytes.subarray(start)
    if (rest.length > maxLineBytes) isSkipping = true
    if (isSkipping) rest = Buffer.alloc(0)
  }
  end(rest)
}
