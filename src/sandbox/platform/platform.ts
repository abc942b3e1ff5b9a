import { createAddresses } from './addresses.js'
import { createApps } from './apps.js'
import { createCertificates } from './certificates.js'
import type { Clock } from './clock.js'
import { createLeases } from './leases.js'
import { createMachineRecords } from './machine-records.js'
import { privatePrefix } from './private-address.js'
import { createReleases } from './releases.js'
import { createSecrets } from './secrets.js'
import { createTables, type SavedState } from './tables.js'
import { createTokens } from './tokens.js'
import { createVolumes } from './volumes.js'

export interface PlatformOptions {
  readonly clock: Clock
  /** What `snapshot` gave earlier. */
  readonly saved?: SavedState | undefined
  /** Called after each change that lasts; `snapshot` is then to be saved. */
  readonly changed?: () => void
  /** Whose machines they are: their addresses follow from it. */
  readonly sandboxId?: string
}

export type Platform = ReturnType<typeof createPlatform>

/** The local Fly's state and rules; it starts no container and answers no request. */
export function createPlatform(options: PlatformOptions) {
  const { clock, saved, changed, sandboxId = '00000001' } = options
  const listeners = new Set<() => void>()
  const tables = createTables(saved, (isLasting) => {
    if (isLasting) changed?.()
    for (const listener of [...listeners]) listener()
  })
  const context = { tables, clock }
  return {
    clock,
    apps: createApps(context),
    releases: createReleases(context),
    machines: createMachineRecords(context, privatePrefix(sandboxId)),
    leases: createLeases(context),
    secrets: createSecrets(context),
    addresses: createAddresses(context),
    volumes: createVolumes(context),
    certificates: createCertificates(context),
    tokens: createTokens(context),
    snapshot: tables.snapshot,
    /** Calls back after each change, until the returned function is called. */
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
