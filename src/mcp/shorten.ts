import { cutText } from '../process/plain-text.js'

type Output = Readonly<Record<string, unknown>>

/** What a model reads of one answer; it comes twice, as text and as structure. */
const maxBytes = 24_000

interface Limit {
  readonly textChars: number
  readonly entries: number
}

/** The first with which the answer is short enough is used, else the last. */
const limits: readonly Limit[] = [
  { textChars: 2_000, entries: 50 },
  { textChars: 500, entries: 20 },
  { textChars: 200, entries: 10 },
  { textChars: 100, entries: 3 },
]

/**
 * A result that is too long for a model, with its texts cut and the first entries of its lists; `left_out` then says
 * what is missing, as in "machines (20 of 3000)". Calls in `next` stay whole, for they are made as they stand.
 */
export function shorten({ next, ...output }: Output): Output {
  let shorter: Output = output
  for (const limit of limits) {
    if (Buffer.byteLength(JSON.stringify(shorter)) <= maxBytes) break
    const leftOut = new Set<string>()
    const cut = cutEach(output, '', { limit, leftOut })
    shorter = { ...cut, left_out: [...leftOut] }
  }
  return next === undefined ? shorter : { ...shorter, next }
}

interface Cutting {
  readonly limit: Limit
  readonly leftOut: Set<string>
}

function cutEach(value: object, prefix: string, cutting: Cutting): Output {
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([name, each]) => [name, cutValue(each, `${prefix}${name}`, cutting)]),
  )
}

function cutValue(value: unknown, name: string, cutting: Cutting): unknown {
  const { limit, leftOut } = cutting
  if (typeof value === 'string') {
    if (value.length > limit.textChars) leftOut.add(`${name} (cut)`)
    return cutText(value, limit.textChars)
  }
  if (value === null || typeof value !== 'object') return value
  if (!Array.isArray(value)) return cutEach(value, `${name}.`, cutting)
  if (value.length > limit.entries) leftOut.add(`${name} (${limit.entries} of ${value.length})`)
  return value.slice(0, limit.entries).map((each) => cutValue(each, name, cutting))
}
