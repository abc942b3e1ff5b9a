const lineFeed = 0x0a

export interface LineEvents {
  /** A whole line, without its end; valid until the next. */
  onLine(line: Buffer): void
  /** A line that is longer than it may be: told once, at once, and skipped to its end. */
  onTooLong(): void
}

export interface BoundedLines {
  write(chunk: Uint8Array): void
  /** What has come since the last line's end is a line too. */
  end(): void
}

/** Cuts bytes into lines at \n, and keeps no more of them than one line of so many bytes. */
export function createBoundedLines(
  maxBytes: number,
  { onLine, onTooLong }: LineEvents,
): BoundedLines {
  let line = Buffer.alloc(0)
  let length = 0
  let isSkipping = false

  function add(part: Uint8Array): void {
    if (isSkipping) return
    if (length + part.length > maxBytes) {
      isSkipping = true
      onTooLong()
      return
    }
    if (length + part.length > line.length) {
      line = Buffer.concat([line.subarray(0, length), part], 2 * (length + part.length))
    } else line.set(part, length)
    length += part.length
  }
  function flush(): void {
    if (!isSkipping) onLine(line.subarray(0, length))
    length = 0
    isSkipping = false
  }

  return {
    write(chunk) {
      let rest = chunk
      for (let end = rest.indexOf(lineFeed); end !== -1; end = rest.indexOf(lineFeed)) {
        add(rest.subarray(0, end))
        flush()
        rest = rest.subarray(end + 1)
      }
      add(rest)
    },
    end() {
      if (length > 0) flush()
    },
  }
}
