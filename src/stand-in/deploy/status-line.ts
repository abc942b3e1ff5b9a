/** Logs a line of one of several things under its glyph, which stays until there is another. */
export type StatusLine = (text: string, glyph?: '>' | '✔' | '✖') => void

/** A status line without a terminal: each begins with its state and, where it is one of several, its number. */
export function createStatusLine(out: (text: string) => void, index: number, total: number) {
  const padded = String(index + 1).padStart(String(total).length, '0')
  const number = total > 1 ? `[${padded}/${total}] ` : ''
  let current = '>'
  const log: StatusLine = (text, glyph) => {
    current = glyph ?? current
    out(`${current} ${number}${text}\n`)
  }
  return log
}
