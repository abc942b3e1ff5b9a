import { cutText } from './plain-text.js'

/** Keeps the end of a text that comes in pieces. */
export interface Tail {
  push(text: string): void
  /** Whether more came than is kept. */
  isCut(): boolean
  /** The last `maxBytes` in UTF-8; where more came, from the first whole line on. */
  toString(): string
}

/**
 * Keeps bytes: a string cut out of a longer one keeps all of that in memory (V8), and strings that live
 * for a while are what its collector frees last.
 */
export function createTail(maxBytes: number): Tail {
  let kept = Buffer.alloc(0)
  let length = 0
  let isCut = false
  function makeRoom(wanted: number): void {
    if (length + wanted <= kept.length) return
    const last = kept.subarray(Math.max(0, length - maxBytes), length)
    const needed = last.length + wanted
    const size = Math.max(needed, Math.min(2 * needed, 2 * maxBytes))
    if (size > kept.length) kept = Buffer.alloc(size)
    kept.set(last)
    length = last.length
  }
  return {
    push(text) {
      // No character is shorter than a byte.
      const end = text.slice(-maxBytes)
      isCut ||= length + Buffer.byteLength(text) > maxBytes
      makeRoom(Buffer.byteLength(end))
      length += kept.write(end, length)
    },
    isCut: () => isCut,
    toString() {
      const text = kept.toString('utf8', Math.max(0, length - maxBytes), length)
      return isCut ? fromWholeLine(text) : text
    },
  }
}

/** A text that is one line loses only what is left of its first character. */
function fromWholeLine(text: string): string {
  const end = text.indexOf('\n')
  const isOneLine = end === -1 || end === text.length - 1
  return isOneLine ? text.replace(/^\uFFFD+/, '') : text.slice(end + 1)
}

/** The last `count` lines of a text that are not blank, each cut to `maxChars`. */
export function lastLines(text: string, count = 20, maxChars = 300): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines
    .slice(-count)
    .map((line) => cutText(line, maxChars))
    .join('\n')
}
