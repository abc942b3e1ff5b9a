/** A word: what stands in quotes, what is escaped, or what is neither. */
const piece = /'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])|([^\s'"\\]+)|(\s+)/gy

/**
 * The arguments of a command in `[processes]`, split as flyctl does (google/shlex): quotes and backslashes, no variables.
 * Undefined where a quote has no end.
 */
export function splitCommand(text: string): readonly string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let end = 0
  for (const match of text.matchAll(piece)) {
    const [whole, single, double, escaped, plain, space] = match
    end = match.index + whole.length
    const part = single ?? double?.replace(/\\([\s\S])/g, '$1') ?? escaped ?? plain
    if (space === undefined) word = (word ?? '') + (part ?? '')
    else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  if (end !== text.length) return undefined
  return word === undefined ? words : [...words, word]
}
