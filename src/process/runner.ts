import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { execa } from 'execa'
import type { Log } from '../log.js'
import type { Command, OutputStream, Reply, Run, RunOptions, RunOutcome, Stop } from './command.js'
import { createLineSplitter } from './lines.js'
import { plainText } from './plain-text.js'
import type { Redact } from './redact.js'
import { createTail, type Tail } from './tail.js'

const defaultStops: readonly Stop[] = [
  { afterMs: 0, signal: 'SIGTERM' },
  { afterMs: 3_000, signal: 'SIGKILL' },
]
const defaultKeepBytes = 256 * 1024

export interface Runner {
  readonly run: Run
  /** Resolves when no child is left. */
  idle(): Promise<void>
}

export interface RunnerOptions {
  readonly log: Log
  readonly redact: Redact
}

/** The only place that starts programs: no shell, a process group each, bounded output, one log line. */
export function createRunner({ log, redact }: RunnerOptions): Runner {
  const live = new Set<Promise<unknown>>()
  const run: Run = (command, options = {}) => {
    const ending = runOnce(command, options, redact).then((result) => {
      const { outcome, exitCode, signal, durationMs } = result
      const argv = [command.program, ...(command.loggedArgs ?? command.args)].map(redact)
      log.info({ argv, outcome, exit: exitCode, signal, duration_ms: durationMs }, 'child ended')
      return result
    })
    live.add(ending)
    void ending.finally(() => live.delete(ending)).catch(() => {})
    return ending
  }
  return {
    run,
    async idle() {
      while (live.size > 0) await Promise.allSettled(live)
    },
  }
}

async function runOnce(command: Command, options: RunOptions, redact: Redact) {
  const keep = options.keepBytes ?? defaultKeepBytes
  const tails = { stdout: createTail(keep), stderr: createTail(keep) }
  const startedAt = performance.now()
  const elapsedMs = () => Math.round(performance.now() - startedAt)
  if (options.signal?.aborted) return ended('cancelled', tails, elapsedMs())

  const child = execa(command.program, command.args, {
    env: command.env as Record<string, string>,
    extendEnv: false,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...(command.stdin === undefined ? { stdin: 'ignore' } : { input: command.stdin }),
    encoding: 'buffer',
    buffer: false,
    reject: false,
    killDescendants: true,
    forceKillAfterDelay: false,
  })
  if (child.pid !== undefined) options.onStart?.(child.pid)
  collect(child.stdout, 'stdout', tails.stdout, options, redact)
  collect(child.stderr, 'stderr', tails.stderr, options, redact)
  const readReply = collectReply(child.stdout, options.maxReplyBytes)

  let stoppedBy: 'cancelled' | 'timed_out' | undefined
  const timers: NodeJS.Timeout[] = []
  function stop(reason: 'cancelled' | 'timed_out'): void {
    if (stoppedBy !== undefined) return
    stoppedBy = reason
    let delayMs = 0
    for (const step of options.stops?.(options.signal?.reason) ?? defaultStops) {
      delayMs += step.afterMs
      timers.push(setTimeout(() => child.kill(step.signal), delayMs))
    }
  }
  const onAbort = () => stop('cancelled')
  options.signal?.addEventListener('abort', onAbort, { once: true })
  const timeout = options.timeoutMs
  if (timeout !== undefined) timers.push(setTimeout(() => stop('timed_out'), timeout))

  const result = await child
  for (const timer of timers) clearTimeout(timer)
  options.signal?.removeEventListener('abort', onAbort)
  const outcome: RunOutcome =
    result.exitCode === 0 ? 'ok' : (stoppedBy ?? (isMissing(result.code) ? 'missing' : 'failed'))
  const ending = ended(outcome, tails, elapsedMs(), result.exitCode, result.signal)
  return readReply === undefined ? ending : { ...ending, reply: readReply() }
}

/** ENOENT and EACCES: the program is not there, or cannot be executed. */
function isMissing(code: unknown): boolean {
  return code === 'ENOENT' || code === 'EACCES'
}

function collect(
  source: Readable | null,
  stream: OutputStream,
  tail: Tail,
  { onLine, maxLineBytes }: RunOptions,
  redact: Redact,
): void {
  const splitter = createLineSplitter((line) => {
    const clean = redact(plainText(line))
    tail.push(clean)
    tail.push('\n')
    onLine?.(clean, stream)
  }, maxLineBytes)
  source?.on('data', (chunk: Uint8Array) => splitter.write(chunk))
  source?.on('end', () => splitter.end())
}

function collectReply(
  source: Readable | null,
  maxBytes: number | undefined,
): (() => Reply) | undefined {
  if (maxBytes === undefined) return undefined
  const decoder = new StringDecoder('utf8')
  const tail = createTail(maxBytes)
  source?.on('data', (chunk: Buffer) => tail.push(decoder.write(chunk)))
  source?.on('end', () => tail.push(decoder.end()))
  return () => ({ text: tail.toString(), isCut: tail.isCut() })
}

function ended(
  outcome: RunOutcome,
  tails: { readonly stdout: Tail; readonly stderr: Tail },
  durationMs: number,
  exitCode?: number,
  signal?: string,
) {
  return {
    outcome,
    exitCode,
    signal,
    stdout: tails.stdout.toString(),
    stderr: tails.stderr.toString(),
    durationMs,
  }
}
