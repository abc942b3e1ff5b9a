import { formsOf, leastChars } from './value-forms.js'

/** Values that were handed over while flyops runs, to be cut out of whatever it tells. */
export interface HiddenValues {
  /** `known` texts are no secret, nor is any part of them. */
  add(value: string, known?: readonly string[]): void
  /** The text with `mark` in place of each, also where the end of an excerpt has cut it. */
  cutOut(text: string, mark: string): string
}

/** All are looked for in one pass, however many there are: a certificate bundle has thousands of lines. */
export function createHiddenValues(): HiddenValues {
  const forms = new Set<string>()
  /** By their first characters, the longest first. */
  const byStart = new Map<string, readonly string[]>()
  return {
    add(value, known = []) {
      const added = formsOf(value, known).filter((form) => !forms.has(form))
      for (const form of added) forms.add(form)
      for (const [start, group] of Map.groupBy(added, startOf)) {
        const alike = [...(byStart.get(start) ?? []), ...group]
        byStart.set(
          start,
          alike.sort((one, other) => other.length - one.length),
        )
      }
    },
    cutOut(text, mark) {
      let clean = ''
      let from = 0
      for (let at = 0; byStart.size > 0 && at + leastChars <= text.length; at += 1) {
        const alike = byStart.get(text.slice(at, at + leastChars))
        const length = alike === undefined ? 0 : longestAt(text, at, alike)
        if (length === 0) continue
        clean += text.slice(from, at) + mark
        from = at + length
        at = from - 1
      }
      return clean + text.slice(from)
    },
  }
}

/** What our own excerpts end with, beside nothing. */
const cutMark = '…'
const tellingChars = 12

function startOf(form: string): string {
  return form.slice(0, leastChars)
}

function longestAt(text: string, at: number, forms: readonly string[]): number {
  for (const form of forms) {
    let length = leastChars
    while (length < form.length && text[at + length] === form[length]) length += 1
    const isEnd = at + length === text.length || text.startsWith(cutMark, at + length)
    // The first characters of a long one, such as an address, are no secret by themselves.
    const isTelling = length >= tellingChars || 2 * length >= form.length
    if (length === form.length || (isEnd && isTelling)) return length
  }
  return 0
}
