import { maxMessageBytes } from './message.js'

const lineFeed = 0x0a

export interface LineEvents {
  /** A whole line, without its end; valid until the next. */
  onLine(line: Uint8Array): void
  /** A line that is longer than a message may be: told once, at once, and skipped to its end. */
  onTooLong(): void
}

/** Cuts standard input into messages, and keeps no more of it than one. */
export function createMessageLines({ onLine, onTooLong }: LineEvents) {
  let line = Buffer.alloc(0)
  let length = 0
  let isSkipping = false

  function add(part: Uint8Array): void {
    if (isSkipping) return
    if (length + part.length > maxMessageBytes) {
      isSkipping = true
      onTooLong()
      return
    }
    if (length + part.length > line.length) {
      line = Buffer.concat([line.subarray(0, length), part], 2 * (length + part.length))
    } else line.set(part, length)
    length += part.length
  }

  return {
    write(chunk: Uint8Array): void {
      let rest = chunk
      for (let end = rest.indexOf(lineFeed); end !== -1; end = rest.indexOf(lineFeed)) {
        add(rest.subarray(0, end))
        if (!isSkipping) onLine(line.subarray(0, length))
        length = 0
        isSkipping = false
        rest = rest.subarray(end + 1)
      }
      add(rest)
    },
  }
}
