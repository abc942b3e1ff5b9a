import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { hasSystemCode } from '../errors.js'

/** A process that cannot be mistaken for a later one with the same number, nor for one of another container. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks between the machine's start and the process's (proc(5), stat, field 22); 0 where none tells. */
  readonly startTicks: string
  /** One start of one machine; elsewhere than on Linux the machine alone. */
  readonly boot: string
  /** In what `pid` counts: containers have their own numbers (pid_namespaces(7)). */
  readonly space: string
}

/** Undefined where no such process runs here, or it has ended and only waits for its parent. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTicks = startTicksOf(pid)
  return startTicks === undefined ? undefined : { pid, startTicks, ...here() }
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const { pid } = process
  return { pid, startTicks: startTicksOf(pid) ?? unknownTicks, ...here() }
}

/**
 * `runs` and `ended` are certain. `unknown`: it is in another container, or the system tells no start times.
 * `other_boot`: from before the machine's last start, or from another machine.
 */
export type Standing = 'runs' | 'ended' | 'unknown' | 'other_boot'

export function standingOf({ pid, startTicks, boot, space }: ProcessIdentity): Standing {
  if (boot !== here().boot) return 'other_boot'
  if (space !== here().space) return 'unknown'
  const found = startTicksOf(pid)
  if (found === undefined) return 'ended'
  if (found === unknownTicks || startTicks === unknownTicks) return 'unknown'
  return found === startTicks ? 'runs' : 'ended'
}

/** Fit for names of files and values of labels: 4711-81234567-1a2b3c4d-9f8e7d6c. */
export function identityText({ pid, startTicks, boot, space }: ProcessIdentity): string {
  return [pid, startTicks, boot, space].join('-')
}

export const identityPattern = /\d+-\d+-[0-9a-f]{8}-[0-9a-f]{8}/

/** Undefined for what `identityText` has not written. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  if (!new RegExp(`^${identityPattern.source}$`).test(text)) return undefined
  const [pid, startTicks = '', boot = '', space = ''] = text.split('-')
  return { pid: Number(pid), startTicks, boot, space }
}

const unknownTicks = '0'

function startTicksOf(pid: number): string | undefined {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (stat === undefined) return exists(pid) ? unknownTicks : undefined
  // The second field, the name, may hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

/** Also another user's. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return hasSystemCode(error, 'EPERM')
  }
}

let known: Pick<ProcessIdentity, 'boot' | 'space'> | undefined

function here(): Pick<ProcessIdentity, 'boot' | 'space'> {
  known ??= {
    boot: short(read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')) ?? hostname()),
    space: short(read(() => readlinkSync('/proc/self/ns/pid')) ?? ''),
  }
  return known
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}

function read(reading: () => string): string | undefined {
  try {
    return reading()
  } catch {
    return undefined
  }
}
