import type { GroupMachines } from '../../fly-toml/machines.js'
import type { FoundSettings } from '../test/output.js'
import { type Fleet, planMachines } from './machines.js'

/** US dollars a month, before the mark-up of a region. */
export interface MonthlyDollars {
  /** With every machine always running. */
  readonly running: number
  /** With machines stopped that may stop. */
  readonly at_rest: number
}

/** The cheapest sensible way to run the same. */
export interface CheaperWay extends MonthlyDollars {
  /** What to give to ship for it. */
  readonly settings: Readonly<Record<string, string | number>>
}

/** A start that takes longer keeps the first visitor after an idle time waiting too long. */
const longestWaitMs = 10_000

/** What the app costs; undefined where a size has no list price. */
export function runningCosts(fleet: Fleet): MonthlyDollars | undefined {
  const { cost } = planMachines(fleet)
  return cost && { running: cost.running, at_rest: cost.at_rest }
}

/** Undefined where nothing is cheaper, as far as the settings and a test of the image tell. */
export function cheaperWay(
  fleet: Fleet,
  { memory, startup_ms: startupMs = 0 }: FoundSettings = {},
): CheaperWay | undefined {
  const now = runningCosts(fleet)
  const [group, ...others] = fleet.composed.machines
  if (now === undefined || group === undefined || others.length > 0) return undefined
  const there = fleet.machines.filter(({ processGroup }) => processGroup === group.group).length
  const count = fleet.count ?? Math.max(there, fleet.ha && group.hasService ? 2 : 1)
  const memoryMb = Number.parseInt(memory ?? '', 10)
  const settings = {
    ...(memoryMb < group.size.memoryMb && group.isSized ? { memory } : {}),
    ...(count > 1 && !group.hasVolume ? { machines: 1 } : {}),
    ...(mayRest(group, startupMs) ? { auto_stop: 'stop', min_machines_running: 0 } : {}),
  } as Readonly<Record<string, string | number>>
  const changed: GroupMachines = {
    ...group,
    size: 'memory' in settings ? { ...group.size, memoryMb } : group.size,
    minRunning: 'auto_stop' in settings ? 0 : group.minRunning,
  }
  const composed = { ...fleet.composed, machines: [changed] }
  const cheaper = runningCosts({
    ...fleet,
    composed,
    count: 'machines' in settings ? 1 : fleet.count,
  })
  const isCheaper =
    cheaper !== undefined && (cheaper.running < now.running || cheaper.at_rest < now.at_rest)
  return isCheaper ? { settings, ...cheaper } : undefined
}

function mayRest({ hasService, minRunning }: GroupMachines, startupMs: number): boolean {
  return hasService && minRunning !== 0 && startupMs <= longestWaitMs
}

/** What the first visitor after an idle time waits for, ms; undefined where machines never rest, or no test has measured it. */
export function firstVisitorWaitMs(
  { composed }: Pick<Fleet, 'composed'>,
  found: FoundSettings | undefined,
): number | undefined {
  const rests = composed.machines.some(
    ({ hasService, minRunning }) => hasService && minRunning === 0,
  )
  return rests ? found?.startup_ms : undefined
}
