import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { FlyopsError } from '../../errors.js'
import type { Run } from '../../process/command.js'
import { findProgram } from '../../process/programs.js'
import { lastLines } from '../../process/tail.js'
import type { Environment } from '../options.js'

export interface BridgeOptions {
  readonly run: Run
  readonly env: Environment
  readonly sandboxId: string
}

export interface Bridge {
  readonly name: string
  /** Where the engine takes the subnets of other networks from, as dockerd's --default-address-pool has it. */
  readonly pools: readonly string[]
}

/** Makes the bridge of an engine of our own, with a free 10.213.N.0/24. */
export async function createBridge(options: BridgeOptions): Promise<Bridge> {
  const name = bridgeName(options)
  await removeBridge(options)
  const n = await freeNumber(options)
  await ip(options, ['link', 'add', 'name', name, 'type', 'bridge'])
  await ip(options, ['address', 'add', `10.213.${n}.1/24`, 'dev', name])
  await ip(options, ['link', 'set', 'dev', name, 'up'])
  await shutOff(options)
  return { name, pools: poolsOf(n) }
}

/**
 * Each network of machines has 509 addresses, and an engine room for 64 that no other engine takes; the others where this
 * host has a route to all of 10.0.0.0/8: dockerd leaves out what is reached already.
 */
function poolsOf(n: number): readonly string[] {
  const second = 127 + Math.floor(n / 2)
  const own = `10.${second < 213 ? second : second + 1}.${(n % 2) * 128}.0/17`
  return [own, '172.16.0.0/12', '192.168.0.0/16'].map((base) => `base=${base},size=23`)
}

/** The bridge of its machines' network, which the engine makes; at most 15 characters (IFNAMSIZ). */
export function privateBridgeName(sandboxId: string): string {
  return `flyops${sandboxId}n`.slice(0, 15)
}

/** dockerd before 27 keeps networks apart by IPv4 alone; where ip6tables is missing, so does this. */
async function shutOff(options: BridgeOptions): Promise<void> {
  const name = privateBridgeName(options.sandboxId)
  const others = ['-i', name, '!', '-o', name, '-d', 'fdaa::/16', '-j', 'DROP']
  await admin(options, 'ip6tables', ['--wait', '-I', 'FORWARD', ...others])
}

/** Takes away the bridges and the firewall rules that dockerd and we leave for them; none is no failure. */
export async function removeBridge(options: BridgeOptions): Promise<void> {
  const names = [bridgeName(options), privateBridgeName(options.sandboxId)]
  for (const program of ['iptables', 'ip6tables'])
    for (const table of ['filter', 'nat']) await removeRules(options, { program, table, names })
  for (const name of names) {
    // os.networkInterfaces() leaves out a bridge without containers: it has no carrier.
    if (existsSync(`/sys/class/net/${name}`)) await ip(options, ['link', 'delete', 'dev', name])
  }
}

interface RulesOf {
  readonly program: string
  readonly table: string
  /** Of bridges. */
  readonly names: readonly string[]
}

async function removeRules(
  options: BridgeOptions,
  { program, table, names }: RulesOf,
): Promise<void> {
  const { outcome, stdout } = await admin(options, program, ['--wait', '-t', table, '-S'])
  if (outcome !== 'ok') return
  const rules = stdout.split('\n').map((line) => line.split(' '))
  for (const [command, ...rule] of rules) {
    const isOurs = command === '-A' && names.some((name) => rule.includes(name))
    if (isOurs) await admin(options, program, ['--wait', '-t', table, '-D', ...rule])
  }
}

function bridgeName({ sandboxId }: BridgeOptions): string {
  return `flyops${sandboxId}`.slice(0, 14)
}

/** Of no other sandbox's bridge, 0 to 255. */
async function freeNumber(options: BridgeOptions): Promise<number> {
  const addresses = await ip(options, ['-4', '-oneline', 'address'])
  const taken = Array.from(addresses.matchAll(/inet 10\.213\.(\d+)\./g), ([, n]) => Number(n))
  // From anywhere: two sandboxes that go up at once see the same ones free.
  const first = randomInt(256)
  const numbers = Array.from({ length: 256 }, (_, n) => (first + n) % 256)
  return numbers.find((n) => !taken.includes(n)) ?? first
}

async function ip(options: BridgeOptions, args: readonly string[]): Promise<string> {
  const { outcome, stdout, stderr } = await admin(options, 'ip', args)
  if (outcome === 'ok') return stdout
  throw new FlyopsError('docker_daemon_down', 'sandbox', 'The engine needs a network bridge.', {
    remedy: 'Run the sandbox as root with "iproute2" installed, or start Docker yourself.',
    evidence: lastLines(stderr),
  })
}

async function admin({ run, env }: BridgeOptions, name: string, args: readonly string[]) {
  const folders = ['/usr/sbin', '/sbin', '/usr/bin']
  const { program = name } = await findProgram({ names: [name], path: env.PATH, folders })
  return run({ program, args, env }, { timeoutMs: 10_000 })
}
