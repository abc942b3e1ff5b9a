import type { Api } from '../api/api.js'
import type { Flags } from './flags.js'
import type { Host } from './host.js'

/** An option of a command. */
export interface FlagSpec {
  readonly name: string
  readonly short?: string
  readonly aliases?: readonly string[]
  /** `repeated` flags collect their values. */
  readonly type: 'bool' | 'string' | 'int' | 'repeated'
  readonly about: string
  /** Of a bool that is not given. */
  readonly otherwise?: boolean
  /** What the bare flag stands for, where it may come without a value. */
  readonly bare?: string
}

export interface CommandSpec {
  /** The words of it: `apps create`. */
  readonly words: readonly string[]
  readonly about: string
  /** The arguments as the usage shows them: `[name]`. */
  readonly usage?: string
  readonly arguments?: { readonly min: number; readonly max: number }
  readonly flags: readonly FlagSpec[]
  /** Undefined: done, status 0. */
  readonly run: (context: CommandContext) => Promise<void>
}

export interface CommandContext {
  readonly host: Host
  readonly args: readonly string[]
  readonly flags: Flags
  /** Raises flyctl's "no access token" where there is none. */
  readonly openApi: () => Api
}
