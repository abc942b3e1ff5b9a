import { readFile } from 'node:fs/promises'
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

const listenState = '0A'

/** Addresses of the listening sockets in a `/proc/PID/net/tcp` or `tcp6` (proc_net_tcp.txt). */
export function parseListening(table: string): readonly string[] {
  const rows = table.split('\n').slice(1)
  return rows.flatMap((row) => {
    // "  0: 00000000:1F90 00000000:0000 0A …"
    const [, local = '', , state] = row.trim().split(/\s+/)
    const [address = '', port = ''] = local.split(':')
    if (state !== listenState) return []
    const host = address.length === 8 ? ipv4(address) : `[${ipv6(address)}]`
    return [`${host}:${Number.parseInt(port, 16)}`]
  })
}

/** The kernel prints each 32-bit word in the machine's byte order. */
function ipv4(word: string): string {
  return bytes(word).join('.')
}

function ipv6(words: string): string {
  if (/^0+$/.test(words)) return '::'
  const all = words.match(/.{8}/g)?.flatMap(bytes) ?? []
  if (/^0{20}/.test(words) && all[10] === 255) return all.slice(12).join('.')
  const groups = all.flatMap((byte, at) =>
    at % 2 === 0 ? [((byte << 8) | (all[at + 1] ?? 0)).toString(16)] : [],
  )
  return groups.slice(0, 7).every((group) => group === '0') ? `::${groups[7]}` : groups.join(':')
}

function bytes(word: string): number[] {
  const pairs = word.match(/../g) ?? []
  return pairs.map((pair) => Number.parseInt(pair, 16)).toReversed()
}

/** The first process is an init: its child is the app. */
async function command(pid: number): Promise<string> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  const [child = String(pid)] = children.trim().split(' ').filter(Boolean)
  const line = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '')
  return line.split('\0').join(' ').trim()
}
