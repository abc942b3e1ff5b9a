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
