import type { Api } from '../api/api.js'
import type { Machine } from '../api/machines.js'
import type { AppConfig } from '../config/shape.js'
import type { Host } from '../host.js'

export type Strategy = 'rolling' | 'immediate'

/** What one deploy is about, once everything is known. */
export interface Deployment {
  readonly host: Host
  readonly api: Api
  readonly app: string
  readonly config: AppConfig
  readonly image: string
  readonly strategy: Strategy
  readonly waitTimeoutMs: number
  /** Two machines for new groups. */
  readonly ha: boolean
  readonly smokeChecks: boolean
  /** The app's machines before. */
  readonly machines: readonly Machine[]
  /** Volumes that no machine has; who takes one takes it out. */
  readonly volumes: Volume[]
  readonly release: Release
  /** Process groups whose listening address was looked at. */
  readonly seenGroups: Set<string>
}

export interface Release {
  readonly id: string
  readonly version: number
}

export interface Volume {
  readonly id: string
  readonly name: string
  readonly region: string
  readonly attached_machine_id: string | null
}

/** Below /v1/apps. */
export function machinePath({ app }: Deployment, id: string): string {
  return `/${app}/machines/${id}`
}
