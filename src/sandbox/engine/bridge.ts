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

/** Does nothing where there is none. */
export async function removeBridge(options: BridgeOptions): Promise<void> {
  // os.networkInterfaces() leaves out a bridge without containers: it has no carrier.
  if (!existsSync(`/sys/class/net/${bridgeName(options)}`)) return
  await ip(options, ['link', 'delete', 'dev', bridgeName(options)])
}

/** At most 15 characters (IFNAMSIZ). */
function bridgeName({ sandboxId }: BridgeOptions): string {
  return `flyops${sandboxId}`.slice(0, 15)
}

async function freeAddress(options: BridgeOptions): Promise<string> {
  const addresses = await ip(options, ['-4', '-oneline', 'address'])
  const taken = new Set(Array.from(addresses.matchAll(/inet (\d+\.\d+\.\d+)\./g), ([, net]) => net))
  const nets = Array.from({ length: 255 }, (_, n) => `10.213.${n}`)
  return `${nets.find((net) => !taken.has(net)) ?? '10.213.255'}.1`
}

async function ip({ run, env }: BridgeOptions, args: readonly string[]): Promise<string> {
  const folders = ['/usr/sbin', '/sbin', '/usr/bin']
  const { program = 'ip' } = await findProgram({ names: ['ip'], path: env.PATH, folders })
  const result = await run({ program, args, env }, { timeoutMs: 10_000 })
  if (result.outcome === 'ok') return result.stdout
  throw new FlyopsError('docker_daemon_down', 'sandbox', 'The engine needs a network bridge.', {
    remedy: 'Run the sandbox as root with "iproute2" installed, or start Docker yourself.',
    evidence: lastLines(result.stderr),
  })
}
