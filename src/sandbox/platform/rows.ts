import type { MachineConfig } from './machine-config.js'

/** Times are ISO 8601 in UTC unless the name says otherwise. */
export interface App {
  readonly name: string
  readonly internalNumericId: number
  readonly network: string
  readonly createdAt: string
  /** The edge's port for this app on loopback. */
  readonly port: number
}

export interface Release {
  readonly id: string
  readonly app: string
  readonly version: number
  /** What flyctl writes: `running`, `complete`, `failed`, `interrupted`; `pending` before. */
  readonly status: string
  readonly imageRef: string
  readonly strategy: string
  /** The app's configuration as flyctl sent it. */
  readonly definition: unknown
  readonly metadata: unknown
  readonly createdAt: string
  readonly updatedAt: string
}

export interface Secret {
  readonly app: string
  readonly name: string
  readonly value: string
  readonly digest: string
  readonly createdAt: string
  readonly updatedAt: string
}

export interface Address {
  readonly id: string
  readonly app: string
  readonly ip: string
  readonly type: 'v4' | 'v6' | 'shared_v4' | 'private_v6'
  readonly region: string
  readonly createdAt: string
}

export interface Volume {
  readonly id: string
  readonly app: string
  readonly name: string
  readonly region: string
  readonly sizeGb: number
  readonly machine: string | null
  readonly createdAt: string
  /** Where it is kept; copies are kept elsewhere. */
  readonly zone: string
  /** Days that snapshots are kept. */
  readonly snapshotRetention: number
  readonly isAutoBackup: boolean
  /** Destroyed volumes stay in the lists of their app. */
  readonly isDestroyed: boolean
}

/** Of a volume at one time: a record, without the contents. */
export interface Snapshot {
  readonly id: string
  readonly volume: string
  readonly app: string
  readonly sizeGb: number
  readonly digest: string
  readonly retentionDays: number
  readonly createdAt: string
}

/** A name that an app is to be served under. */
export interface Certificate {
  readonly app: string
  readonly hostname: string
  readonly sources: { readonly fly: boolean; readonly custom: boolean }
  readonly createdAt: string
  readonly updatedAt: string
}

/** A token that `tokens create` made. */
export interface Token {
  readonly id: string
  readonly name: string
  /** 32 bytes in hex, which its value is signed with. */
  readonly key: string
  /** The one app that it is for; null: all of them. */
  readonly app: string | null
  readonly createdAt: string
  readonly expiresAt: string
  readonly revokedAt: string | null
}

export interface Lease {
  readonly machine: string
  readonly nonce: string
  readonly owner: string
  readonly expiresAtMs: number
}

export type MachineState =
  | 'created'
  | 'starting'
  | 'started'
  | 'stopping'
  | 'stopped'
  | 'suspending'
  | 'suspended'
  | 'replacing'
  | 'destroying'
  | 'destroyed'

export interface ImageRef {
  readonly registry: string
  readonly repository: string
  readonly tag: string
  readonly digest: string
  readonly labels: Readonly<Record<string, string>>
}

export interface ExitEvent {
  readonly exit_code: number
  readonly guest_exit_code: number
  readonly guest_signal: number
  readonly oom_killed: boolean
  readonly requested_stop: boolean
  readonly restarting: boolean
  readonly signal: number
  readonly exited_at: string
}

export interface MachineEvent {
  readonly id: string
  readonly type: 'launch' | 'update' | 'start' | 'stop' | 'suspend' | 'exit' | 'destroy'
  readonly status: string
  readonly source: 'flyd' | 'user'
  readonly timestampMs: number
  readonly exit?: ExitEvent
  readonly restartCount?: number
}

export interface CheckStatus {
  readonly name: string
  readonly status: 'passing' | 'warning' | 'critical'
  readonly output: string
  readonly updatedAt: string
}

export interface Machine {
  readonly id: string
  readonly app: string
  readonly name: string
  readonly state: MachineState
  readonly region: string
  readonly image: ImageRef
  /** Changes with each version of the machine's configuration. */
  readonly instanceId: string
  /** Of its container, IPv6. */
  readonly privateIp: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly config: MachineConfig
  /** Newest first. */
  readonly events: readonly MachineEvent[]
  readonly checks: readonly CheckStatus[]
  readonly cordoned: boolean
}
