import { FlyopsError } from '../../errors.js'
import type { Log } from '../../log.js'
import { lastLines } from '../../process/tail.js'
import { privateBridgeName } from '../engine/bridge.js'
import type { DockerCli } from '../engine/docker-cli.js'
import { privatePrefix } from '../platform/private-address.js'
import { type PrivateNetwork, sandboxLabel } from './container-config.js'

interface NetworkWish {
  readonly docker: DockerCli
  readonly sandboxId: string
  readonly log: Log
}

/** Makes the network of a sandbox's machines anew, with IPv6 where the engine can; raises `docker_daemon_down` with what the engine says. */
export async function createPrivateNetwork(wish: NetworkWish): Promise<PrivateNetwork> {
  const { docker, sandboxId, log } = wish
  const name = networkName(sandboxId)
  const make = (...flags: readonly string[]) =>
    docker.run([
      'network',
      'create',
      `--label=${sandboxLabel}=${sandboxId}`,
      `--opt=com.docker.network.bridge.name=${privateBridgeName(sandboxId)}`,
      ...flags,
      name,
    ])
  const ipv6 = ['--ipv6', `--subnet=${privatePrefix(sandboxId)}::/64`]
  if ((await make(...ipv6)).outcome === 'ok') return { name, hasIpv6: true }
  // That of a sandbox which was killed may be in its way.
  await removePrivateNetwork(docker, sandboxId)
  const made = await make(...ipv6)
  if (made.outcome === 'ok') return { name, hasIpv6: true }
  const evidence = lastLines(made.stderr)
  if ((await make()).outcome === 'ok') {
    log.warn({ evidence }, 'the engine makes no network with IPv6: machines have IPv4 alone')
    return { name, hasIpv6: false }
  }
  const kept = await docker.run(['network', 'inspect', '--format={{.EnableIPv6}}', name])
  // Somebody's own container is in it, from before.
  if (kept.outcome === 'ok') return { name, hasIpv6: kept.stdout.trim() === 'true' }
  throw new FlyopsError('docker_daemon_down', 'sandbox', 'The engine makes no network.', {
    remedy: 'Remove networks that nobody uses with `docker network prune`, and start again.',
    evidence,
  })
}

/** None is no failure; one with a container of somebody else's in it stays. */
export async function removePrivateNetwork(docker: DockerCli, sandboxId: string): Promise<void> {
  await docker.run(['network', 'rm', networkName(sandboxId)])
}

function networkName(sandboxId: string): string {
  return `flyops-${sandboxId}`
}
