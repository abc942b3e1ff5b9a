import { untilEnd, type Watch } from '../flow/watch.js'

const refusals: readonly (string | undefined)[] = ['refused', 'forbidden']

/** Calls that their callers may not make: nothing begins, so that the journal has nothing of them. */
export function auditRefusals(tell: (line: object) => void): Watch {
  return ({ kind, who, tool }, run, endOf) =>
    untilEnd(run, endOf, ({ code, message }) => {
      if (kind !== 'call' || !refusals.includes(code)) return
      tell({ audit: 'refused', at: new Date().toISOString(), who, tool, code, message })
    })
}
