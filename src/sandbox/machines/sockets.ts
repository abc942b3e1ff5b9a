import { readFile } from 'node:fs/promises'
import { parseListening } from '../../process/listening-sockets.js'
import type { RunningContainer } from './containers.js'

/** One process as the Machines API's `/ps` shows it (fly-go machine_types.go, ProcessStat). */
export interface MachineProcess {
  readonly pid: number
  readonly stime: number
  readonly rtime: number
  readonly command: string
  readonly directory: string
  readonly cpu: number
  readonly rss: number
  readonly listen_sockets: readonly { readonly proto: 'tcp'; readonly address: string }[]
}

/** What a container listens on, told as one process; nothing where /proc or the app cannot be reached. */
export async function listenSockets(
  container: RunningContainer | undefined,
): Promise<readonly MachineProcess[]> {
  if (container === undefined || container.address === '') return []
  const { pid } = container
  const sockets = [...(await listening(pid, 'tcp')), ...(await listening(pid, 'tcp6'))]
  return [
    {
      pid,
      stime: 0,
      rtime: 0,
      command: await command(pid),
      directory: '/',
      cpu: 0,
      rss: 0,
      listen_sockets: sockets.map((address) => ({ proto: 'tcp' as const, address })),
    },
  ]
}

async function listening(pid: number, table: 'tcp' | 'tcp6'): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '')
  return parseListening(text)
}

/** The first process is an init: its child is the app. */
async function command(pid: number): Promise<string> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  const [child = String(pid)] = children.trim().split(' ').filter(Boolean)
  const line = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '')
  return line.split('\0').join(' ').trim()
}
