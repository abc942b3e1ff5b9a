import type { Warning } from '../../errors.js'
import type { MachinePlan } from '../plan/machines.js'

interface Shown {
  /** The caller's arguments, as the journal keeps them. */
  readonly called: Readonly<Record<string, unknown>>
  /** What differs from what runs, one `key: old → new` a line. */
  readonly changes: readonly string[]
  readonly machines: Pick<MachinePlan, 'created' | 'replaced' | 'destroyed'>
  readonly cost: MachinePlan['cost']
  /** One line for each source. */
  readonly settings: readonly string[]
  readonly warnings: readonly Pick<Warning, 'text'>[]
}

/** What would be done, as those read it who are to approve of it: a line each. */
export function summaryOf({ called, changes, machines, cost, settings, warnings }: Shown) {
  const { created, replaced, destroyed } = machines
  return [
    calledWith(called),
    ...(changes.length === 0 ? ['no setting changes'] : changes),
    `machines: ${created} created, ${replaced} replaced, ${destroyed} destroyed`,
    costLine(cost),
    ...settings.map((line) => `settings: ${line}`),
    ...warnings.map(({ text }) => `warning: ${text}`),
  ]
}

/** The app and the image are told beside it. */
function calledWith({ app: _app, image: _image, ...rest }: Shown['called']): string {
  const told = Object.entries(rest).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return `called with ${told.length === 0 ? 'nothing else' : told.join(', ')}`
}

function costLine(cost: MachinePlan['cost']): string {
  if (cost === undefined) return 'cost: not known, for a size has no list price'
  const { before, running, at_rest: atRest } = cost
  const change = before === undefined ? `$${running}, as now` : `$${before} → $${running}`
  return `cost: ${change}, a month with every machine running; $${atRest} at rest`
}
