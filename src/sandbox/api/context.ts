import type { Log } from '../../log.js'
import type { Faults } from '../faults/faults.js'
import type { Machines } from '../machines/machines.js'
import type { Access } from '../platform/access.js'
import type { Platform } from '../platform/platform.js'
import type { Images } from '../registry/images.js'
import type { Shown } from '../window/snapshot.js'

/** What the API works with. */
export interface Served {
  readonly platform: Platform
  readonly machines: Machines
  readonly images: Images
  /** Ports of the apps on loopback. */
  readonly edge: AppPorts
  /** What clients must send as a bearer token. */
  readonly token: string
  /** How long a machine must be up for flyctl to believe in its start. */
  readonly smokeMs: number
  readonly faults: Faults
  /** Where the faults that hold are kept. */
  readonly faultFile: string
  /** What the page in the browser shows beside the rest, and the folder of its files. */
  readonly window: Shown & { readonly folder: string }
  /** Told of a request that no route is for. */
  readonly noteUnknown: (request: string) => void
  /** Resolves when what the platform knows is kept, also for a sandbox that is killed. */
  readonly settled: () => Promise<void>
  readonly log: Log
}

/** What its routes work with, for one client. */
export interface ApiContext extends Served {
  /** What the client's token opens; the platform is as it sees it. */
  readonly access: Access
}

export interface AppPorts {
  /** A free port for a new app. */
  allocate(): Promise<number>
  /** Begins to serve an app on its port. */
  open(app: string): Promise<void>
  close(app: string): Promise<void>
}
