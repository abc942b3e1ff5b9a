export type StatusGlyph = '>' | '✔' | '✖'

/** One of several things that go on side by side. */
export interface StatusLine {
  log(text: string): void
  /** Also sets the glyph of what is logged after it. */
  status(glyph: StatusGlyph, text: string): void
}

/** flyctl's status lines without a terminal: each line begins with its state and, of several, its number. */
export function createStatusLines(out: (text: string) => void, total: number): StatusLine[] {
  const width = String(total).length
  return Array.from({ length: total }, (_, index) => {
    const number = total > 1 ? `[${String(index + 1).padStart(width, '0')}/${total}] ` : ''
    let current: StatusGlyph = '>'
    const log = (text: string) => out(`${current} ${number}${text}\n`)
    return {
      log,
      status(glyph, text) {
        current = glyph
        log(text)
      },
    }
  })
}

/** The line of a failure: its first line only. */
export function logFailure(line: StatusLine, message: string): void {
  line.status('✖', `Failed: ${message.split('\n')[0]}`)
}
