import { FlyopsError, type Warning } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import { sizeFault } from '../../fly-toml/memory.js'
import type { DeployInput } from '../deploy/input.js'
import type { PlannedConfig } from './config.js'

/** Raises `invalid_input` or `config_invalid`, whoever says it, for machines that Fly does not have. */
export function checkSizes(
  { composed, from }: Pick<PlannedConfig, 'composed' | 'from'>,
  { memory, cpus, cpu_kind, set = [] }: DeployInput,
): void {
  const [fault] = composed.machines.flatMap((group) => sizeFault(group) ?? [])
  if (fault === undefined) return
  const isCallers =
    [memory, cpus, cpu_kind].some((setting) => setting !== undefined) ||
    set.some((text) => text.startsWith('vm.'))
  if (isCallers)
    throw new FlyopsError('invalid_input', 'config', `memory: ${fault}.`, {
      remedy: 'Give another `memory`, or other `vm.cpus`.',
    })
  throw new FlyopsError('config_invalid', 'config', `${from}: ${fault}.`, {
    remedy: 'Correct it in [[vm]], or give `memory`.',
  })
}

/** Told where a deploy changes the region to another than the machines are in: it moves none of them (flyctl 2026.8, machines_launchinput.go). */
export function regionWarnings(
  app: Pick<AppStatus, 'name' | 'machines'> | undefined,
  { composed }: Pick<PlannedConfig, 'composed'>,
  changes: readonly string[],
): readonly Warning[] {
  if (!changes.some((change) => change.startsWith('primary_region: '))) return []
  const region = composed.effective.find((each) => each.field === 'region' && each.isWritten)?.value
  const regions = [...new Set((app?.machines ?? []).map((machine) => machine.region))].sort()
  if (app === undefined || region === undefined || regions.length === 0) return []
  if (regions.includes(region)) return []
  const count = app.machines.length
  const stay = count === 1 ? 'its machine stays' : `its ${count} machines stay`
  const text = `${app.name} gets ${region} as its primary region, and ${stay} in ${regions.join(', ')}: a deploy moves none. To move it, a person runs \`fly scale count 1 --region ${region}\`, and destroys the machines elsewhere.`
  return [{ code: 'region_unmoved', cosmetic: false, text }]
}
