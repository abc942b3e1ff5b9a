import type { Warning } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import { monthlyDollars } from './machine-prices.js'

/** Told where an app has more machines of a group than one, and the caller says nothing of their number. */
export function spareMachines(
  app: AppStatus | undefined,
  count: number | undefined,
): readonly Warning[] {
  if (app === undefined || count !== undefined) return []
  const groups = Map.groupBy(app.machines, ({ processGroup }) => processGroup)
  return [...groups].flatMap(([group, machines]): Warning[] => {
    const [, ...spare] = machines
    if (spare.length === 0) return []
    const prices = spare.map(({ size }) => (size === undefined ? undefined : monthlyDollars(size)))
    const dollars = prices.reduce<number>((sum, price) => sum + (price ?? 0), 0)
    const text = `${app.name} has ${machines.length} machines of ${group}; with \`machines: 1\` it would cost $${dollars.toFixed(2)} a month less, where all of them always run.`
    return [{ code: 'spare_machines', cosmetic: true, text }]
  })
}
