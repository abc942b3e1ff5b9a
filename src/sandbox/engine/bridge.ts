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

/** Makes the bridge of an engine of our own, with a free 10.213.N.0/24; the result is its name. */
export async function createBridge(options: BridgeOptions): Promise<string> {
  const name = bridgeName(options)
  await removeBridge(options)
  await ip(options, ['link', 'add', 'name', name, 'type', 'bridge'])
  await ip(options, ['address', 'add', `${await freeAddress(options)}/24`, 'dev', name])
  await ip(options, ['link', 'set', 'dev', name, 'up'])
  return name
}

/** Takes away the bridge and the firewall rules that dockerd leaves for it; none is no failure. */
export async function removeBridge(options: BridgeOptions): Promise<void> {
  const name = bridgeName(options)
  for (const table of ['filter', 'nat']) await removeRules(options, { table, name })
  // os.networkInterfaces() leaves out a bridge without containers: it has no carrier.
  if (!existsSync(`/sys/class/net/${name}`)) return
  await ip(options, ['link', 'delete', 'dev', name])
}

async function removeRules(
  options: BridgeOptions,
  { table, name }: { readonly table: string; readonly name: string },
): Promise<void> {
  const { outcome, stdout } = await admin(options, 'iptables', ['--wait', '-t', table, '-S'])
  if (outcome !== 'ok') return
  const rules = stdout.split('\n').map((line) => line.split(' '))
  for (const [command, ...rule] of rules) {
    const isOurs = command === '-A' && rule.includes(name)
    if (isOurs) await admin(options, 'iptables', ['--wait', '-t', table, '-D', ...rule])
  }
}

/** At most 15 characters (IFNAMSIZ). */
function bridgeName({ sandboxId }: BridgeOptions): string {
  return `flyops${sandboxId}`.slice(0, 15)
}

async function freeAddress(options: BridgeOptions): Promise<string> {
  const addresses = await ip(options, ['-4', '-oneline', 'address'])
  const taken = new Set(Array.from(addresses.matchAll(/inet (\d+\.\d+\.\d+)\./g), ([, net]) => net))
  // From anywhere: two sandboxes that go up at once see the same ones free.
  const first = randomInt(256)
  const nets = Array.from({ length: 256 }, (_, n) => `10.213.${(first + n) % 256}`)
  return `${nets.find((net) => !taken.has(net)) ?? nets[0]}.1`
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
