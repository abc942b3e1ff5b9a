import type { Entry } from './diagnosis.js'
import { appEntries } from './entries-app.js'
import { authEntries } from './entries-auth.js'
import { bootEntries } from './entries-boot.js'
import { buildEntries } from './entries-build.js'
import { configEntries } from './entries-config.js'
import { deployEntries } from './entries-deploy.js'
import { gitEntries } from './entries-git.js'
import { networkEntries } from './entries-network.js'
import { pushEntries } from './entries-push.js'
import { trafficEntries } from './entries-traffic.js'

/** Every known failure, in the order of the flow. */
export const entries: readonly Entry[] = [
  ...gitEntries,
  ...buildEntries,
  ...pushEntries,
  ...authEntries,
  ...appEntries,
  ...configEntries,
  ...bootEntries,
  ...deployEntries,
  ...trafficEntries,
  ...networkEntries,
]
