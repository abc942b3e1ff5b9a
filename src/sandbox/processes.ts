import { readdir, readFile, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, type ProcessIdentity, standingOf } from '../process/identity.js'

/** Our own processes that were started with exactly this argument; anybody may give one of theirs the same. */
export async function withArgument(argument: string): Promise<readonly ProcessIdentity[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      if (!line.split('\0').includes(argument)) return undefined
      return (await isOurs(pid)) ? identify(Number(pid)) : undefined
    }),
  )
  return found.filter((process) => process !== undefined)
}

async function isOurs(pid: string): Promise<boolean> {
  const owner = await stat(`/proc/${pid}`).catch(() => undefined)
  return owner !== undefined && owner.uid === process.geteuid?.()
}

/** SIGTERM, and whether it was gone within the time. */
export async function end(target: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + withinMs
  const runs = () => standingOf(target) === 'runs'
  if (runs()) process.kill(target.pid, 'SIGTERM')
  while (runs()) {
    if (Date.now() > deadlineMs) return false
    await sleep(50)
  }
  return true
}
