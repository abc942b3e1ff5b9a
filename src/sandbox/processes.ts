import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks between the machine's start and the process's (proc(5), stat, field 22). */
  readonly startTicks: string
}

/** Undefined where no such process runs. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The second field, the name, may hold spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  const startTicks = fields?.[19]
  const isZombie = fields?.[0] === 'Z'
  return startTicks === undefined || isZombie ? undefined : { pid, startTicks }
}

export async function isAlive(process: ProcessIdentity): Promise<boolean> {
  return (await identify(process.pid))?.startTicks === process.startTicks
}

/** Processes that were started with exactly this argument. */
export async function withArgument(argument: string): Promise<readonly ProcessIdentity[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      return line.split('\0').includes(argument) ? identify(Number(pid)) : undefined
    }),
  )
  return found.filter((process) => process !== undefined)
}

/** SIGTERM, and whether it was gone within the time. */
export async function end(target: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + withinMs
  if (await isAlive(target)) process.kill(target.pid, 'SIGTERM')
  while (await isAlive(target)) {
    if (Date.now() > deadlineMs) return false
    await sleep(50)
  }
  return true
}
