import { FlyopsError } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import type { ComposedConfig } from '../../fly-toml/fly-toml.js'
import type { ToolContext } from '../context.js'
import { planMachines } from '../plan/machines.js'
import type { AppBounds } from './caller-rules.js'

interface Deploy {
  readonly app: string
  readonly ha: boolean
  /** How many machines the caller asks for. */
  readonly count?: number | undefined
  readonly config: { readonly composed: ComposedConfig }
  /** The app as it is; undefined where there is none yet. */
  readonly before: Pick<AppStatus, 'machines' | 'org'> | undefined
}

/** Raises `refused`, naming the rule, where a deploy would make more of an app than the caller may. */
export function checkBounds(
  { app, ha, count: wanted, config: { composed }, before }: Deploy,
  { rules }: Pick<ToolContext, 'rules'>,
): void {
  const bounds = rules?.boundsOf(app)
  if (bounds === undefined) return
  checkOrg(before?.org, bounds)
  const machines = before?.machines ?? []
  const fleet = { composed, machines, ha, count: wanted }
  const { created, destroyed, cost, largestMemoryMb } = planMachines(fleet)
  const count = machines.length + created - destroyed
  const { maxMachines, maxMemoryMb, maxMonthlyDollars } = bounds
  if (maxMachines !== undefined && count > maxMachines)
    throw refused(bounds, `${count} machines are more than ${maxMachines}`)
  if (maxMemoryMb !== undefined && largestMemoryMb > maxMemoryMb)
    throw refused(bounds, `${largestMemoryMb}mb of memory are more than ${maxMemoryMb}mb`)
  if (maxMonthlyDollars !== undefined && cost === undefined)
    throw refused(bounds, `a size without a list price may cost more than $${maxMonthlyDollars}`)
  if (maxMonthlyDollars !== undefined && cost !== undefined && cost.running > maxMonthlyDollars)
    throw refused(bounds, `$${cost.running} a month are more than $${maxMonthlyDollars}`)
  const [written] = composed.effective.filter(
    ({ field, isWritten }) => field === 'region' && isWritten,
  )
  checkRegions([written?.value, ...machines.map(({ region }) => region)], bounds)
}

/** Raises `refused` for an organization that is not among those of the rule; one that is not known yet is not judged. */
export function checkOrg(org: string | undefined, bounds: AppBounds | undefined): void {
  if (org === undefined || bounds?.orgs === undefined || bounds.orgs.includes(org)) return
  throw refused(bounds, `the organization ${org} is none of ${bounds.orgs.join(', ')}`)
}

function checkRegions(found: readonly (string | undefined)[], bounds: AppBounds): void {
  if (bounds.regions === undefined) return
  const regions = found.filter((region) => region !== undefined)
  const [only] = bounds.regions
  if (regions.length === 0)
    throw refused(bounds, `no region is named; it must be one of ${bounds.regions.join(', ')}`, {
      remedy: `Set \`region\`, for example to ${only}.`,
    })
  const other = regions.find((region) => !bounds.regions?.includes(region))
  if (other !== undefined)
    throw refused(bounds, `the region ${other} is none of ${bounds.regions.join(', ')}`)
}

function refused(
  { name }: AppBounds,
  why: string,
  {
    remedy = 'Change the settings so that they fit, or ask whoever keeps the policy file.',
  }: { readonly remedy?: string } = {},
): FlyopsError {
  const message = `The rule "${name}" does not allow this deploy: ${why}.`
  return new FlyopsError('refused', 'preflight', message, { remedy })
}
