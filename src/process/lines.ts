import { StringDecoder } from 'node:string_decoder'

/** Lines longer than this are handed on in pieces, so that output without newlines stays bounded. */
const maxLineChars = 64 * 1024

export interface LineSplitter {
  write(chunk: Uint8Array): void
  end(): void
}

/** Cuts a byte stream into lines at \n, \r\n and \r (progress bars); UTF-8 may be split anywhere. */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  function take(text: string): void {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
    while (rest.length > maxLineChars) {
      onLine(rest.slice(0, maxLineChars))
      rest = rest.slice(maxLineChars)
    }
  }
  return {
    write: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end())
      const last = rest.replace(/\r$/, '')
      if (last !== '') onLine(last)
      rest = ''
    },
  }
}
