/** A program to start, as data. Its arguments reach the program as they are: there is no shell. */
export interface Command {
  /** Absolute path of the program. */
  readonly program: string
  readonly args: readonly string[]
  /** What the log shows in their place, where they carry values that are not for it. */
  readonly loggedArgs?: readonly string[]
  /** The child's whole environment; nothing is inherited beside it. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Text for standard input; without it the child reads end-of-file at once. */
  readonly stdin?: string
}

/** A signal to send `afterMs` after the previous one (the first: after the abort). */
export interface Stop {
  readonly afterMs: number
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'
}

export type OutputStream = 'stdout' | 'stderr'

export interface RunOptions {
  /** Told of the child's process id before anything else happens. */
  readonly onStart?: ((pid: number) => void) | undefined
  /** Aborting it sends the `stops` to the child's whole process group. */
  readonly signal?: AbortSignal
  /** By the abort's reason; SIGTERM at once and SIGKILL 3 s later, unless given. */
  readonly stops?: (reason: unknown) => readonly Stop[]
  /** Ends the child as an abort does; the outcome is then `timed_out`. */
  readonly timeoutMs?: number
  /** Each line as it is printed, without colour codes, redacted. */
  readonly onLine?: (line: string, stream: OutputStream) => void
  /** Longer lines come in pieces; 64 KiB unless given. */
  readonly maxLineBytes?: number
  /** How much of the end of each stream the result keeps; 256 KiB unless given. */
  readonly keepBytes?: number
  /** Keeps standard output as it came too, at most so many bytes of its end: a reply to be parsed. */
  readonly maxReplyBytes?: number
}

/** Standard output as it came: neither cut into lines nor redacted, so that it can be parsed. */
export interface Reply {
  readonly text: string
  /** Whether it was longer than `maxReplyBytes`, and its beginning is missing. */
  readonly isCut: boolean
}

export type RunOutcome = 'ok' | 'failed' | 'cancelled' | 'timed_out' | 'missing'

/** How a program ended. The runner never throws for what the program did. */
export interface RunResult {
  readonly outcome: RunOutcome
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  /** The kept end of the stream, without colour codes, redacted. */
  readonly stdout: string
  readonly stderr: string
  /** Only where `maxReplyBytes` asks for it. */
  readonly reply?: Reply
  readonly durationMs: number
}

/** Runs a command to its end. */
export type Run = (command: Command, options?: RunOptions) => Promise<RunResult>
