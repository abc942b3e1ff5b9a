import type { AppStatus } from '../../fly/flyctl.js'
import { hasSameSettings } from '../../fly-toml/live-changes.js'
import type { Operation } from '../../journal/journal.js'
import type { PlannedConfig } from './config.js'

export interface Wanted {
  /** Undefined where there is none yet. */
  readonly app: AppStatus | undefined
  readonly config: PlannedConfig
  readonly digest: string
}

/**
 * Whether every machine carries that digest, deployed with those very settings. A deploy that was cut off after its
 * roll-out counts too: only its verdict is missing. `operations` are those of this platform.
 */
export function isDeployed(
  { app, config, digest }: Wanted,
  operations: readonly Operation[],
): boolean {
  if (app === undefined || app.machines.length === 0) return false
  const { facts } =
    operations.findLast((each) => each.app === app.name && each.facts.toml !== undefined) ?? {}
  if (facts?.digest !== digest || !hasTheSame(config, facts.toml)) return false
  const before = Number(facts.release_before)
  return app.machines.every(
    ({ imageDigest, release = 0 }) => imageDigest === digest && release > before,
  )
}

/** A record whose secrets are left out may be no TOML. */
function hasTheSame({ composed }: PlannedConfig, toml: unknown): boolean {
  try {
    return typeof toml === 'string' && hasSameSettings(toml, composed.text)
  } catch {
    return false
  }
}
