const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

/** JSON as Go's encoder writes it with an indent of 4, and the line's end. */
export function goJson(value: unknown): string {
  return `${escaped(JSON.stringify(value, null, 4))}\n`
}

/** The same in one line. */
export function goJsonLine(value: unknown): string {
  return `${escaped(JSON.stringify(value))}\n`
}

function escaped(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character)
}

/** Go drops zeros at the end of a time's fraction. */
export function goTime(time: string): string {
  return time.replace(/\.(\d*?)0+Z$/, (_all, digits: string) => (digits ? `.${digits}Z` : 'Z'))
}
