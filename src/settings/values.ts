import { durationMs } from '../durations.js'
import { FlyopsError } from '../errors.js'

// The values of flags and variables; all but the first raise `invalid_input` with the name.

export function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value
}

export function isOn(name: string, text: string): boolean {
  if (/^(?:1|true)$/i.test(text)) return true
  if (/^(?:0|false)$/i.test(text)) return false
  throw invalid(name, text, '1 or 0')
}

export function atLeastOne(name: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw invalid(name, text, 'a number from 1 to 9999')
}

export function megabytes(name: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw invalid(name, text, 'a number of megabytes')
}

/** Node's timers cannot be longer: they would end at once. */
const longestTimerMs = 2 ** 31 - 1

/** Bare numbers are seconds, as people write them. */
export function duration(name: string, text: string): number {
  const ms = durationMs(text, 's')
  if (ms !== undefined && ms <= longestTimerMs) return ms
  throw invalid(name, text, 'a duration such as 60s or 5m, of at most 24 days')
}

export function invalid(name: string, value: string, wanted: string): FlyopsError {
  return new FlyopsError('invalid_input', 'settings', `${name} is "${value}".`, {
    remedy: `Set ${name} to ${wanted}.`,
  })
}
