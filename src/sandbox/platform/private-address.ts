import { SocketAddress } from 'node:net'

/** The first 64 bits of a sandbox's addresses, as Fly gives an organization some: another sandbox has others. */
export function privatePrefix(sandboxId: string): string {
  return `fdaa:${sandboxId.slice(0, 4)}:${sandboxId.slice(4, 8)}:a7b`
}

/** A machine's IPv6 address in its sandbox's network, as the engine writes it (RFC 5952): its id is the rest. */
export function privateAddress(prefix: string, machineId: string): string {
  const groups = machineId.match(/.{1,4}/g) ?? []
  return new SocketAddress({ family: 'ipv6', address: [prefix, ...groups].join(':') }).address
}
