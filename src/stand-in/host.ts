/** The process as the stand-in sees it; only main.ts touches the real one. */
export interface Host {
  /** Arguments after the program's name. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** All of standard input. */
  readonly readStdin: () => Promise<string>
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal
}
