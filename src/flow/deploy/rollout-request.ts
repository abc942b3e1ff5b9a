import type { Machine } from '../../fly/flyctl.js'
import type { PlannedConfig } from '../plan/config.js'
import type { DeployableImage } from './deployable-image.js'
import type { DeployInput } from './input.js'

/** What is rolled out. */
export interface RolloutRequest {
  readonly request: DeployInput
  readonly config: PlannedConfig
  readonly image: DeployableImage
  /** Whether it deploys an earlier release again: then it is the way back itself. */
  readonly isWayBack: boolean
}

/**
 * Whether a machine has what is rolled out. Its digest proves that, unless machines had the same one before: then a
 * newer release than that of before.
 */
export function hasIt({ imageDigest, release }: Machine, { image }: RolloutRequest): boolean {
  const { before, digest } = image
  const isProof = before.machines.every((machine) => machine.imageDigest !== digest)
  return digest !== undefined && isProof
    ? imageDigest === digest
    : release !== undefined && release > before.release
}
