import type { Probe } from './probe.js'

export interface Answer {
  /** Absent for an app that takes no requests. */
  readonly probe: Probe | undefined
  /** What the body of the probe should contain. */
  readonly expectedText?: string | undefined
  /** Whether nobody says which path must answer 2xx: any answer below 500 is life then. */
  readonly isUnasked?: boolean | undefined
}

/** What is wrong with the answer that a GET from outside got; undefined where nothing is. */
export function faultOfProbe({
  probe,
  expectedText,
  isUnasked = false,
}: Answer): string | undefined {
  if (probe === undefined) {
    return expectedText === undefined
      ? undefined
      : 'The app takes no requests, so nothing can answer with the expected text.'
  }
  if (probe.status === undefined)
    return `GET ${probe.url} got no answer: ${probe.error ?? 'unknown'}.`
  if (isUnasked && probe.status < 500) return undefined
  if (probe.redirect !== undefined) {
    const instead =
      probe.redirectPath === undefined
        ? 'let the path itself answer 2xx'
        : `use the path ${probe.redirectPath}`
    return `GET ${probe.url} answers ${probe.status} and points to ${probe.redirect}; checks do not follow redirects: ${instead}.`
  }
  if (probe.status < 200 || probe.status > 299) return `GET ${probe.url} answers ${probe.status}.`
  if (expectedText !== undefined && !probe.body.includes(expectedText)) {
    return `GET ${probe.url} answers ${probe.status}, but not with the expected text${probe.isStream ? ' by now: it is a stream' : ''}.`
  }
  return undefined
}
