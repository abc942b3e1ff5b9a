import type { Machine } from '../../fly/flyctl.js'
import type { ComposedConfig } from '../../fly-toml/fly-toml.js'
import type { GroupMachines, MachineSize } from '../../fly-toml/machines.js'
import { monthlyDollars } from './machine-prices.js'
import { scaledGroup } from './scaling.js'

export interface MachinePlan {
  readonly created: number
  readonly replaced: number
  readonly destroyed: number
  /** Of the largest machine. */
  readonly largestMemoryMb: number
  readonly strategy: { readonly name: string; readonly reason: string }
  /** US dollars a month, before the mark-up of a region; undefined where a size has no list price. */
  readonly cost:
    | {
        /** With every machine always running. */
        /** Now, where that is something else. */
        readonly before?: number
        readonly running: number
        /** With machines stopped that may stop. */
        readonly at_rest: number
      }
    | undefined
}

export interface Fleet {
  readonly composed: Pick<ComposedConfig, 'machines' | 'strategy'>
  readonly machines: readonly Machine[]
  /** A new group with a service gets two machines. */
  readonly ha: boolean
  /** How many the caller wants of the group that `scaledGroup` names. */
  readonly count?: number | undefined
}

/** The same where nothing is to be done. */
export function unchangedMachines(fleet: Fleet): MachinePlan {
  const planned = planMachines(fleet)
  const { cost, strategy, largestMemoryMb, created, destroyed } = planned
  if (fleet.count !== undefined && created + destroyed > 0)
    return {
      ...planned,
      replaced: 0,
      strategy: { ...strategy, reason: 'only the number of machines changes' },
    }
  const before = cost && { running: cost.before ?? cost.running, at_rest: cost.at_rest }
  return {
    created: 0,
    replaced: 0,
    destroyed: 0,
    largestMemoryMb,
    strategy: { ...strategy, reason: 'nothing is to be replaced' },
    cost: before,
  }
}

/** What a deploy does to the machines of an app, and to what they cost. */
export function planMachines({ composed, machines, ha, count: wanted }: Fleet): MachinePlan {
  const scaled = wanted === undefined ? undefined : scaledGroup(composed)
  const groups = composed.machines.map((group) => {
    const there = machines.filter(({ processGroup }) => processGroup === group.group)
    const own = there.length || (ha && group.hasService ? 2 : 1)
    const count = group.group === scaled ? (wanted ?? own) : own
    const size = group.isSized ? group.size : (there[0]?.size ?? group.size)
    return { ...group, there, size, count }
  })
  const replaced = groups.reduce((sum, { there }) => sum + there.length, 0)
  const created = groups.reduce((sum, each) => sum + Math.max(0, each.count - each.there.length), 0)
  const spare = groups.reduce((sum, each) => sum + Math.max(0, each.there.length - each.count), 0)
  return {
    created,
    replaced,
    destroyed: machines.length - replaced + spare,
    largestMemoryMb: Math.max(0, ...groups.map(({ size }) => size.memoryMb)),
    strategy: explainStrategy(composed.strategy, replaced),
    cost: costOf(machines, groups),
  }
}

function explainStrategy(configured: string | undefined, replaced: number) {
  if (configured !== undefined) return { name: configured, reason: 'the settings say so' }
  const reason =
    replaced === 0
      ? 'there is nothing to replace yet'
      : replaced === 1
        ? 'the one machine is replaced in place, and does not answer for some seconds'
        : 'one machine after another, so that the others answer meanwhile'
  return { name: 'rolling', reason }
}

/** Machines of groups that the settings no longer name go away with the deploy (flyctl 2026.8). */
function costOf(
  machines: readonly Machine[],
  groups: readonly (GroupMachines & { readonly count: number })[],
): MachinePlan['cost'] {
  const before = sum(machines.map(({ size }) => priceOf(size, 1)))
  const running = sum(groups.map(({ size, count }) => priceOf(size, count)))
  const atRest = sum(
    groups.map(({ size, count, minRunning }) =>
      priceOf(size, minRunning === 'all' ? count : Math.min(count, minRunning)),
    ),
  )
  if (before === undefined || running === undefined || atRest === undefined) return undefined
  return { ...(before === running ? {} : { before }), running, at_rest: atRest }
}

function priceOf(size: MachineSize | undefined, count: number): number | undefined {
  const dollars = size === undefined ? undefined : monthlyDollars(size)
  return dollars === undefined ? undefined : dollars * count
}

function sum(amounts: readonly (number | undefined)[]): number | undefined {
  let total = 0
  for (const amount of amounts) {
    if (amount === undefined) return undefined
    total += amount
  }
  return round(total)
}

function round(dollars: number): number {
  return Math.round(dollars * 100) / 100
}
