/** Keeps the last `maxChars` of a text that comes in pieces. */
export interface Tail {
  push(text: string): void
  toString(): string
}

export function createTail(maxChars: number): Tail {
  let pieces: string[] = []
  let length = 0
  function compact(): string {
    const kept = pieces.join('').slice(-maxChars)
    pieces = [kept]
    length = kept.length
    return kept
  }
  return {
    push(text) {
      pieces.push(text)
      length += text.length
      if (length > 2 * maxChars) compact()
    },
    toString: compact,
  }
}

/** The last `count` lines of a text that are not blank, each cut to `maxChars`. */
export function lastLines(text: string, count = 20, maxChars = 300): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines
    .slice(-count)
    .map((line) => (line.length > maxChars ? `${line.slice(0, maxChars)}…` : line))
    .join('\n')
}
