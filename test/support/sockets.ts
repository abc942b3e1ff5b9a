import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { descendants } from './processes.js'

/** What a process and its children listen on (Linux). */
export interface ListeningSockets {
  readonly tcpPorts: readonly number[]
  /** Names in the abstract namespace that any user may take first; not those that the kernel chose (unix(7), autobind). */
  readonly abstract: readonly string[]
}

export async function listeningSockets(pid: number): Promise<ListeningSockets> {
  const pids = [pid, ...(await descendants(pid))]
  const inodes = new Set((await Promise.all(pids.map(socketInodes))).flat())
  const tables = await Promise.all(['tcp', 'tcp6', 'unix'].map((name) => rows(`/proc/net/${name}`)))
  const [tcp = [], tcp6 = [], unix = []] = tables
  const listening = [...tcp, ...tcp6].filter(
    ([, , , state, , , , , , inode = '']) => state === '0A' && inodes.has(inode),
  )
  const ports = listening.map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16))
  const names = unix.filter(([, , , , , , inode = '']) => inodes.has(inode))
  return {
    tcpPorts: [...new Set(ports)],
    abstract: names
      .map((fields) => fields[7] ?? '')
      .filter((name) => /^@(?![0-9a-f]{5}$)/.test(name)),
  }
}

async function socketInodes(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`
  const names = await readdir(folder).catch(() => [])
  const targets = await Promise.all(
    names.map((name) => readlink(join(folder, name)).catch(() => '')),
  )
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [])
}

async function rows(table: string): Promise<readonly (readonly string[])[]> {
  const lines = (await readFile(table, 'utf8')).trim().split('\n').slice(1)
  return lines.map((line) => line.trim().split(/\s+/))
}
