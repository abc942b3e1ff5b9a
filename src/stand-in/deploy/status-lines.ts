type Glyph = '>' | '✔' | '✖'

/** One of several things that go on side by side. */
export interface StatusLine {
  /** Logs under the glyph, and what comes after it, until there is another. */
  log(text: string, glyph?: Glyph): void
}

/** flyctl's status lines without a terminal: each line begins with its state and, of several, its number. */
export function createStatusLines(out: (text: string) => void, total: number): StatusLine[] {
  const width = String(total).length
  return Array.from({ length: total }, (_, index) => {
    const number = total > 1 ? `[${String(index + 1).padStart(width, '0')}/${total}] ` : ''
    let current: Glyph = '>'
    return {
      log(text, glyph = current) {
        current = glyph
        out(`${current} ${number}${text}\n`)
      },
    }
  })
}
