import type { Api } from '../api/api.js'
import type { FlapsApp } from '../api/apps.js'
import type { Host } from '../program/host.js'
import type { AppConfig } from '../shapes/app-config.js'
import type { Machine, MachineConfig } from '../shapes/machine.js'
import type { VolumePool } from './volumes.js'

export type Strategy = 'rolling' | 'immediate'

/** What one deploy is about, once everything is known. */
export interface Deployment {
  readonly host: Host
  readonly api: Api
  readonly app: FlapsApp
  readonly appName: string
  readonly config: AppConfig
  readonly image: string
  readonly strategy: Strategy
  readonly waitTimeoutMs: number
  readonly highAvailability: boolean
  readonly isFirst: boolean
  readonly files: NonNullable<MachineConfig['files']>
  /** The app's machines before. */
  readonly machines: readonly Machine[]
  readonly volumes: VolumePool
  readonly release: { readonly id: string; readonly version: number }
  /** Process groups whose listening address was looked at. */
  readonly seenGroups: Set<string>
}

/** As status lines name a machine: its id and its process group. */
export function machineName({ id = '', config }: Machine): string {
  const group = config?.metadata?.fly_process_group
  return group ? `${id} [${group}]` : id
}
