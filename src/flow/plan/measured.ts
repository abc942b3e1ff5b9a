import type { DeployInput } from '../deploy/input.js'
import type { FoundSettings } from '../test/output.js'
import type { PlannedConfig } from './config.js'
import type { OpenSetting } from './settings.js'

export function openSettings({ from, given }: PlannedConfig): readonly OpenSetting[] {
  if (from !== 'defaults') return []
  const names = given.worker
    ? (['memory'] as const)
    : (['internal_port', 'health_path', 'memory'] as const)
  return names.filter((name) => given[name] === undefined)
}

/** The deploy with what was found of them, and time to start where it needs more than most. */
export function withMeasured(
  request: DeployInput,
  open: readonly OpenSetting[],
  { port, path, memory, grace_period }: FoundSettings,
): DeployInput {
  const found = { internal_port: port, health_path: path, memory }
  return {
    ...request,
    ...Object.fromEntries(open.map((name) => [name, found[name]])),
    grace_period: request.grace_period ?? (grace_period === '10s' ? undefined : grace_period),
  }
}
