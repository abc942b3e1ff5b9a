import type { AppStatus } from '../../fly/flyctl.js'
import type { Operation } from '../../journal/journal.js'
import type { PlannedConfig } from './config.js'

export interface Wanted {
  /** Undefined where there is none yet. */
  readonly app: AppStatus | undefined
  readonly config: PlannedConfig
  readonly digest: string
}

/**
 * Whether every machine carries that digest, deployed with that very toml. A deploy that was cut off after its
 * roll-out counts too: only its verdict is missing. `operations` are those of this platform.
 */
export function isDeployed(
  { app, config, digest }: Wanted,
  operations: readonly Operation[],
): boolean {
  if (app === undefined || app.machines.length === 0) return false
  const { facts } =
    operations.findLast(
      (operation) => operation.app === app.name && operation.facts.toml !== undefined,
    ) ?? {}
  if (facts?.toml !== config.composed.text || facts.digest !== digest) return false
  const before = Number(facts.release_before)
  return app.machines.every(
    ({ imageDigest, release = 0 }) => imageDigest === digest && release > before,
  )
}
