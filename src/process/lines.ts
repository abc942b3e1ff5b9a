import { StringDecoder } from 'node:string_decoder'

/** Lines longer than this are handed on in pieces, so that output without newlines stays bounded. */
const defaultMaxLineBytes = 64 * 1024

const lineFeed = 0x0a
const carriageReturn = 0x0d

export interface LineSplitter {
  write(chunk: Uint8Array): void
  end(): void
}

/**
 * Cuts a byte stream into lines at \n, \r\n and \r (progress bars); UTF-8 may be split anywhere. What is left
 * of a chunk waits as bytes: strings that live until their line is whole are freed late (V8).
 */
export function createLineSplitter(
  onLine: (line: string) => void,
  maxLineBytes = defaultMaxLineBytes,
): LineSplitter {
  const decoder = new StringDecoder('utf8')
  let line = Buffer.alloc(0)
  let length = 0
  let isAfterReturn = false

  function add(bytes: Uint8Array): void {
    if (length > 0 && length + bytes.length > maxLineBytes) {
      onLine(decoder.write(line.subarray(0, length)))
      length = 0
    }
    let rest = bytes
    while (rest.length > maxLineBytes) {
      onLine(decoder.write(rest.subarray(0, maxLineBytes)))
      rest = rest.subarray(maxLineBytes)
    }
    if (length + rest.length > line.length) {
      line = Buffer.concat([line.subarray(0, length), rest], 2 * (length + rest.length))
    } else line.set(rest, length)
    length += rest.length
  }
  function flush(): void {
    onLine(decoder.end(line.subarray(0, length)))
    length = 0
  }

  return {
    write(chunk) {
      let start = 0
      for (let index = 0; index < chunk.length; index += 1) {
        const byte = chunk[index]
        const isEnd = byte === lineFeed || byte === carriageReturn
        const isSecondHalf = byte === lineFeed && isAfterReturn
        isAfterReturn = byte === carriageReturn
        if (!isEnd) continue
        if (!isSecondHalf) {
          add(chunk.subarray(start, index))
          flush()
        }
        start = index + 1
      }
      add(chunk.subarray(start))
    },
    end() {
      if (length > 0) flush()
    },
  }
}
