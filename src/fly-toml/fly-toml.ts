import type { EffectiveSetting } from './effective.js'
import type { LocalPath } from './local-files.js'
import type { GroupMachines } from './machines.js'

/** What a deploy may set in fly-<app>.toml; durations are strings such as "10s". */
export interface DeploySettings {
  readonly internalPort?: number
  readonly healthPath?: string
  readonly region?: string
  readonly memory?: string
  readonly cpuKind?: string
  readonly cpus?: number
  readonly gracePeriod?: string
  readonly interval?: string
  readonly timeout?: string
  readonly autoStop?: string
  readonly autoStart?: boolean
  readonly minMachinesRunning?: number
  readonly forceHttps?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly strategy?: string
  /** Other keys of the toml: `key.of.tables=value`. */
  readonly set?: readonly string[]
  /** It takes no requests: no service, and no check. */
  readonly worker?: boolean
  /** Where nobody has written a file: no check, for no path is known to answer 2xx. */
  readonly withoutCheck?: boolean
}

/** Where a new fly-<app>.toml starts from. */
export interface BaseConfig {
  /** Path as the result names it, relative to the project folder. */
  readonly path: string
  readonly text: string
  /** Whether it is the fly-<app>.toml that will be written over. */
  readonly isTarget: boolean
}

export interface ComposeRequest {
  readonly app: string
  readonly image: string
  readonly settings: DeploySettings
  /** The same as callers name them, for the header. */
  readonly given?: Readonly<Record<string, unknown>>
  /** Undefined: the defaults alone. */
  readonly base: BaseConfig | undefined
}

export interface ComposedConfig {
  /** The whole file, with its header line. */
  readonly text: string
  /** What differs from the base, one `key: old → new` a line in the file's order, what is left out last. */
  readonly changes: readonly string[]
  readonly effective: readonly EffectiveSetting[]
  /** The path that the first HTTP check of a service asks for. */
  readonly checkPath: string | undefined
  /** The port that the first service sends requests to. */
  readonly internalPort: number | undefined
  /** The longest grace period of any check, milliseconds. */
  readonly gracePeriodMs: number
  /** How long flyctl may wait and say nothing, as `[deploy]` has it, milliseconds; 0 where it does not. */
  readonly longestWaitMs: number
  /** Process groups that take requests; empty for a worker. */
  readonly serviceGroups: readonly string[]
  readonly machines: readonly GroupMachines[]
  /** `[env]`. */
  readonly env: Readonly<Record<string, string>>
  /** Whether the edge sends HTTP to that port. */
  readonly speaksHttp: boolean
  /** Of the process groups that have one in place of the image's. */
  readonly commands: Readonly<Record<string, string>>
  /** Undefined: flyctl's own. */
  readonly strategy: string | undefined
  /** What it makes flyctl read on this machine. */
  readonly localPaths: readonly LocalPath[]
}
