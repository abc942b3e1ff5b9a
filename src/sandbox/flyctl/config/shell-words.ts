/** Splits a command as Google's shlex for Go does: quotes, backslashes, and # for comments. */
export function splitWords(text: string): readonly string[] {
  const words: string[] = []
  let rest = text.trimStart()
  while (rest !== '' && !rest.startsWith('#')) {
    const { word, length } = readWord(rest)
    words.push(word)
    rest = rest.slice(length).trimStart()
  }
  return words
}

const part = /\\([\s\S])|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([^\s'"\\]+)/y

function readWord(text: string): { readonly word: string; readonly length: number } {
  let word = ''
  let length = 0
  while (length < text.length && !/\s/.test(text.charAt(length))) {
    part.lastIndex = length
    const found = part.exec(text)
    if (found === null) throw new Error(unfinished(text.charAt(length)))
    const [whole, escaped, single, double, plain] = found
    word += escaped ?? single ?? double?.replace(/\\([\s\S])/g, '$1') ?? plain ?? ''
    length += whole.length
  }
  return { word, length }
}

function unfinished(opening: string): string {
  return opening === '\\'
    ? 'EOF found after escape character'
    : 'EOF found when expecting closing quote'
}
