/** Splits a command into words as a shell does. Raises an error for a quote that is never closed. */
export function commandWords(command: string): readonly string[] {
  const text = command.trim()
  const word = /((?:\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|[^\s'"\\])+)\s*/y
  const words: string[] = []
  while (word.lastIndex < text.length) {
    const [, found] = word.exec(text) ?? []
    if (found === undefined) throw new Error('EOF found when expecting closing quote')
    words.push(
      found.replace(quoted, (_, single, double, escaped) => single ?? unescaped(double ?? escaped)),
    )
  }
  return words
}

const quoted = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|(\\[\s\S])/g

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1')
}
