import type { PlannedConfig } from '../plan/config.js'
import type { DeployableImage } from './deployable-image.js'
import type { DeployInput } from './input.js'

/** What is rolled out. */
export interface RolloutRequest {
  readonly request: DeployInput
  readonly config: PlannedConfig
  readonly image: DeployableImage
}
