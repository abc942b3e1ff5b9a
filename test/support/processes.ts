import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** The processes whose ancestor is `pid` (Linux). Read at once: a look at each of them by itself costs five times as much. */
export async function descendants(pid: number): Promise<readonly number[]> {
  const ids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  const parents = new Map(ids.map((id) => [id, parentOf(id)]))
  const isBelow = (child: number): boolean => {
    const parent = parents.get(child)
    return parent === pid || (parent !== undefined && parent > 1 && isBelow(parent))
  }
  return ids.filter(isBelow)
}

/** Undefined where it has ended. */
function parentOf(pid: number): number | undefined {
  try {
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
    return parent === undefined ? undefined : Number(parent)
  } catch {
    return undefined
  }
}

/** Whether a process of that id runs; one that has ended and waits for its parent does not. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/^\d+ \(.*\) Z/s.test(stat)
}

/** Which of these processes still run. */
export async function running(pids: readonly number[]): Promise<readonly number[]> {
  const states = await Promise.all(pids.map(isRunning))
  return pids.filter((_pid, index) => states[index])
}
