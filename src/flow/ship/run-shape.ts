import { z } from 'zod'
import * as fields from '../fields.js'
import { type MachinePlan, planMachines, unchangedMachines } from '../plan/machines.js'
import {
  cheaperWay,
  firstVisitorWaitMs,
  type MonthlyDollars,
  runningCosts,
} from '../plan/running-costs.js'
import { bySource, type KnownSetting, type OpenSetting } from '../plan/settings.js'
import type { ShipPlan } from '../plan/ship-plan.js'

const dollars = { running: z.number(), at_rest: z.number() }

/** How the app runs, or would, and what that costs. */
export const runShape = z.object({
  /** One line for each source. */
  settings: z.array(z.string()),
  dollars_a_month: z.object({ before: z.number().optional(), ...dollars }).optional(),
  cheaper: z
    .object({ settings: z.record(z.string(), z.union([z.string(), z.number()])), ...dollars })
    .optional(),
  first_visitor_waits_ms: fields.count.optional(),
})

/** The machines as the plan has them. */
export function fleetOf({
  config: { composed },
  app,
  deployRequest: { ha, machines: count },
}: ShipPlan) {
  return { composed, machines: app?.machines ?? [], ha, count }
}

/** What the ship does to them; nothing where every machine runs it already. */
export function machinesOf(plan: ShipPlan): MachinePlan {
  return plan.isDeployed ? unchangedMachines(fleetOf(plan)) : planMachines(fleetOf(plan))
}

interface Shown {
  /** Settings that a test is yet to find out. */
  readonly open?: readonly OpenSetting[]
  /** Unless given, what it costs from now on. */
  readonly costs?: MonthlyDollars & { readonly before?: number }
}

export function describeRun(
  plan: ShipPlan,
  { open = [], costs = runningCosts(fleetOf(plan)) }: Shown = {},
): z.output<typeof runShape> {
  const fleet = fleetOf(plan)
  const cheaper = cheaperWay(fleet, plan.found)
  const waitMs = firstVisitorWaitMs(fleet, plan.found)
  const isKnown = ({ field }: KnownSetting) => !open.some((name) => name === field)
  return {
    settings: bySource(plan.config.settings.filter(isKnown)),
    ...(costs === undefined ? {} : { dollars_a_month: costs }),
    ...(cheaper === undefined ? {} : { cheaper }),
    ...(waitMs === undefined ? {} : { first_visitor_waits_ms: waitMs }),
  }
}
