import { approvePlan } from './approve-plan.js'
import { buildImage } from './build-image.js'
import { cancelJob } from './cancel-job.js'
import { checkHealth } from './check-health.js'
import { createApp } from './create-app.js'
import { deployImage } from './deploy-image.js'
import { destroyApp } from './destroy-app.js'
import { doctor } from './doctor.js'
import { getJobTool } from './get-job.js'
import { getLogs } from './get-logs.js'
import { listApps } from './list-apps.js'
import { listImages } from './list-images.js'
import { listOperations } from './list-operations.js'
import { listReleases } from './list-releases.js'
import { promoteImage } from './promote-image.js'
import { pushImage } from './push-image.js'
import { reapPreviews } from './reap-previews.js'
import { rollback } from './rollback.js'
import { setSecrets } from './set-secrets.js'
import { ship } from './ship.js'
import { testImage } from './test-image.js'
import type { Tool } from './tool.js'

/** Every tool, in the order of the flow. */
export const catalogue: readonly Tool[] = [
  buildImage,
  testImage,
  pushImage,
  createApp,
  deployImage,
  listReleases,
  checkHealth,
  rollback,
  promoteImage,
  getJobTool,
  cancelJob,
  getLogs,
  listImages,
  listApps,
  setSecrets,
  ship,
  approvePlan,
  destroyApp,
  doctor,
]

/** What the command line has beside them: nothing for a model to decide. */
export const commandLineTools: readonly Tool[] = [...catalogue, reapPreviews, listOperations]
