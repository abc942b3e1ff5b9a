const units = ['', 'k', 'm', 'g', 't', 'p']

/** "512mb" in mebibytes; a bare number is mebibytes already (docker/go-units, RAMInBytes). */
export function parseMebibytes(text: string): number {
  return parseSize(text, 1024, 2)
}

/** "2gb" in gigabytes of a thousand megabytes (docker/go-units, FromHumanSize). */
export function parseGigabytes(text: string): number {
  return parseSize(text, 1000, 3)
}

/** `quotient`: the power of the base that is one of the result. */
function parseSize(text: string, base: number, quotient: number): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text)
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i.exec(text) ?? []
  if (count === undefined) throw new Error(`invalid size: invalid size: '${text}'`)
  const bytes = Number(count) * base ** units.indexOf(unit.toLowerCase())
  return Math.floor(bytes / base ** quotient)
}
