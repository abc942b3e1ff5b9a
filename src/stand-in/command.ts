import type { Api } from './api/api.js'
import type { FlagSpecs, Flags } from './flags.js'
import type { Host } from './host.js'

export interface Command {
  readonly flags: FlagSpecs
  /** What the arguments are, where it takes any. */
  readonly takes?: string
  /** Undefined: done, status 0. */
  readonly run: (context: CommandContext) => Promise<void>
}

export interface CommandContext {
  readonly host: Host
  readonly args: readonly string[]
  readonly flags: Flags
  /** Raises FlyctlError where there is no token. */
  readonly openApi: () => Api
}
