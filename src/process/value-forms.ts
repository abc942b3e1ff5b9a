/** Shorter texts are parts of many others. */
export const leastChars = 8

/**
 * The texts that tell a value: itself; of several lines each, and what is assigned in it; the strings of JSON;
 * the password of an address; and all of them as programs write them into JSON, addresses and base64. Left out
 * is what would hide ordinary text: what is shorter than 8 characters, a word or a number shorter than 12, an
 * address without a path, and parts of `known` texts.
 */
export function formsOf(value: string, known: readonly string[]): readonly string[] {
  const pieces = [value, ...stringsOfJson(value)].flatMap(piecesOf)
  const telling = [...new Set(pieces)].filter((piece) => !isOrdinary(piece, known))
  return [...new Set(telling.flatMap(encodings))].filter((form) => form.length >= leastChars)
}

function piecesOf(value: string): readonly string[] {
  const lines = value.split(/\r\n|\r|\n/)
  const inside = lines.length === 1 ? [] : [...lines, ...lines.flatMap(assignedIn)]
  const pieces = [value, ...inside].map((piece) => piece.trim())
  return [...pieces, ...pieces.flatMap(passwordIn)]
}

/** What follows `NAME=` or `name: `, without its quotes. */
function assignedIn(line: string): readonly string[] {
  const groups = /^(?:[^=]*=|[^:]*:\s)\s*(?:"(.*)"|'(.*)'|(.*))$/.exec(line.trim())?.slice(1) ?? []
  return groups.filter((group) => group !== undefined)
}

/** Whole keys are kept in JSON; its short strings are names. */
const leastJsonChars = 16

function stringsOfJson(text: string): readonly string[] {
  const found: string[] = []
  if (!/^\s*[{[]/.test(text)) return found
  try {
    JSON.parse(text, (_key, value: unknown) => {
      if (typeof value === 'string' && value.length >= leastJsonChars) found.push(value)
      return value
    })
  } catch {
    // It only looked like JSON.
  }
  return found
}

function passwordIn(text: string): readonly string[] {
  const written = URL.canParse(text) ? new URL(text).password : ''
  return [written, decoded(written)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const plain = [
  /^.{0,7}$/s,
  /^(?=.{0,11}$)(?:[A-Z]?[a-z]+|[A-Z]+|[\d.:/-]+)$/,
  /^https?:\/\/[^/\s@]+\/?$/,
  /^[^\p{L}\p{N}]*$/u,
]

function isOrdinary(piece: string, known: readonly string[]): boolean {
  return plain.some((pattern) => pattern.test(piece)) || known.some((text) => text.includes(piece))
}

/** Go escapes more in JSON than others. What follows a value in base64 changes how its last bytes are written. */
function encodings(piece: string): readonly string[] {
  const json = JSON.stringify(piece).slice(1, -1)
  const goJson = json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`)
  const address = encodeURIComponent(piece.toWellFormed())
  const bytes = Buffer.from(piece)
  const whole = bytes.toString('base64').replace(/=+$/, '')
  const certain = whole.slice(0, Math.floor(bytes.length / 3) * 4)
  const base64 = [whole, certain]
  const base64url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  return [piece, json, goJson, address, ...base64, ...base64url]
}
