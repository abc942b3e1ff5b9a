import { redactedMark } from '../../process/redact.js'

const notRecorded = '[not recorded]'

/** Values that people put where no secrets belong: their names are enough to remember. */
export function hidden(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, notRecorded]))
}

/** Whether any value was not written down as it was: for its place, or because it is a secret. */
export function isHidden(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(notRecorded) || value.includes(redactedMark)
  return typeof value === 'object' && value !== null && Object.values(value).some(isHidden)
}
