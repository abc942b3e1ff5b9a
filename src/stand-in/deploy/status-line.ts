type Glyph = '>' | '✔' | '✖'

/** One of several things that go on side by side. */
export interface StatusLine {
  /** Logs under the glyph, and what comes after it, until there is another. */
  log(text: string, glyph?: Glyph): void
}

/** A status line without a terminal: it begins with its state and, where it is one of several, its number. */
export function createStatusLine(
  out: (text: string) => void,
  index: number,
  total: number,
): StatusLine {
  const padded = String(index + 1).padStart(String(total).length, '0')
  const number = total > 1 ? `[${padded}/${total}] ` : ''
  let current: Glyph = '>'
  return {
    log(text, glyph = current) {
      current = glyph
      out(`${current} ${number}${text}\n`)
    },
  }
}
