import { readdir, readFile } from 'node:fs/promises'

/** The processes whose ancestor is `pid` (Linux). */
export async function descendants(pid: number): Promise<readonly number[]> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  const isBelow = (child: number): boolean => {
    const parent = parents.get(child)
    return parent === pid || (parent !== undefined && parent > 1 && isBelow(parent))
  }
  return [...parents.keys()].filter(isBelow)
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
