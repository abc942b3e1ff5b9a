import type { Readable, Writable } from 'node:stream'
import type { TerminalStream } from './progress.js'

/** What main hands to everything else: the process, as values. */
export interface Host {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly pid: number
  readonly platform: NodeJS.Platform
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable
  readonly stderr: TerminalStream
  /** Aborts on SIGINT and SIGTERM, and when the client is gone. */
  readonly ending: AbortSignal
  /** Aborts `ending`. */
  readonly end: () => void
  /** Absolute path of the prepared answer to tools/list. */
  readonly toolsFile: string
  /** Absolute paths of this program, to start it again. */
  readonly node: string
  readonly script: string
  /** Absolute path of the flyctl stand-in. */
  readonly standIn: string
}
