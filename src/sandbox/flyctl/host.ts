import type { Run } from '../../process/command.js'

/** What the stand-in gets from its process; nothing else in it touches the process. */
export interface Host {
  /** The stand-in's own. */
  readonly version: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Prints text as it is. */
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly readStdin: () => Promise<string>
  /** Aborted by SIGINT and SIGTERM. */
  readonly ending: AbortSignal
  readonly run: Run
  /** Absolute path of the docker client, where there is one. */
  readonly findDocker: () => Promise<string | undefined>
}
