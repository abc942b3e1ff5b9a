/** "  0: 00000000:1F90 00000000:0000 0A …": what listens (state 0A), by address and port. */
const listenRow = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /

const most = 20

/**
 * Addresses of the listening sockets in a `/proc/PID/net/tcp` or `tcp6` (proc_net_tcp.txt), at most 20 of them: the
 * table may come out of a hostile image.
 */
export function parseListening(table: string): readonly string[] {
  const found = new Set<string>()
  for (const row of table.split('\n')) {
    const [, address = '', port = ''] = listenRow.exec(row) ?? []
    if (port === '' || found.size === most) continue
    const host = address.length === 8 ? ipv4(address) : `[${ipv6(address)}]`
    found.add(`${host}:${Number.parseInt(port, 16)}`)
  }
  return [...found]
}

export function isLoopback(address: string): boolean {
  return /^(?:127\.|\[::1\]|\[127\.)/.test(address)
}

export function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1))
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
