import { durationMs } from '../../durations.js'
import type { Machine } from '../platform/rows.js'

export interface ContainerRequest {
  readonly machine: Machine
  readonly sandboxId: string
  /** How the engine names the image. */
  readonly image: string
  /** How many the engine has: it refuses more. */
  readonly cpus: number
  readonly secrets: Readonly<Record<string, string>>
  /** Host folder of a volume. */
  readonly volumeFolder: (volumeId: string) => string
}

/** What a sandbox's machines reach each other by. */
export interface PrivateNetwork {
  readonly name: string
  /** False where the engine makes no network with IPv6: then names lead to IPv4 addresses alone. */
  readonly hasIpv6: boolean
}

export const machineLabel = 'flyops.machine'
export const sandboxLabel = 'flyops.sandbox'

/** Fly's own: SIGINT, and 5 s for the app to end. */
const defaultStop = { signal: 'SIGINT', timeoutMs: 5_000 }

/**
 * What the engine makes a machine's container of (its API's /containers/create). It restarts nothing by itself: Fly's
 * rules do.
 */
export function containerConfig(request: ContainerRequest, network: PrivateNetwork | undefined) {
  const { machine, sandboxId, image } = request
  const { guest, stop_config: stop, mounts } = machine.config
  const memoryBytes = (guest?.memory_mb ?? 256) * 2 ** 20
  const stopMs = durationMs(stop?.timeout ?? '') ?? defaultStop.timeoutMs
  return {
    Image: image,
    ...commandLine(machine),
    Hostname: machine.id,
    Env: environment(request),
    Labels: {
      [sandboxLabel]: sandboxId,
      'flyops.app': machine.app,
      [machineLabel]: machine.id,
    },
    StopSignal: stop?.signal ?? defaultStop.signal,
    StopTimeout: Math.ceil(stopMs / 1000),
    HostConfig: {
      Init: true,
      NetworkMode: network?.name ?? 'bridge',
      ExtraHosts: network?.hasIpv6 ? [`fly-local-6pn:${machine.privateIp}`] : [],
      RestartPolicy: { Name: 'no' },
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      NanoCpus: Math.min(guest?.cpus ?? 1, request.cpus) * 1e9,
      Mounts: (mounts ?? []).flatMap(({ path, volume }) =>
        volume ? [{ Type: 'bind', Source: request.volumeFolder(volume), Target: path }] : [],
      ),
    },
    NetworkingConfig: {
      EndpointsConfig: network === undefined ? {} : { [network.name]: endpoint(machine, network) },
    },
  }
}

function endpoint(machine: Machine, { hasIpv6 }: PrivateNetwork) {
  return {
    Aliases: privateNames(machine),
    ...(hasIpv6 ? { IPAMConfig: { IPv6Address: machine.privateIp } } : {}),
  }
}

/** By which the others reach it (fly.io/docs/networking/private-networking). */
function privateNames({ id, app, region, config }: Machine): readonly string[] {
  const names = ['', `${id}.vm.`, `${region}.`, `${processGroup(config)}.process.`]
  return names.map((name) => `${name}${app}.internal`)
}

function processGroup({ metadata }: Machine['config']): string {
  return metadata?.fly_process_group ?? 'app'
}

function commandLine({ config }: Machine) {
  const { exec, entrypoint, cmd } = config.init ?? {}
  const [program, ...args] = exec ?? [...(entrypoint ?? []), ...(entrypoint ? (cmd ?? []) : [])]
  if (program !== undefined) return { Entrypoint: [program], Cmd: args }
  return cmd?.length ? { Cmd: cmd } : {}
}

function environment({ machine, secrets }: ContainerRequest): readonly string[] {
  const values = { ...machine.config.env, ...secrets, ...platformVariables(machine) }
  return Object.entries(values).map(([name, value]) => `${name}=${value}`)
}

/** What Fly sets in each machine (fly.io/docs/machines/runtime-environment). */
function platformVariables({ id, app, region, instanceId, privateIp, image, config }: Machine) {
  return {
    FLY_APP_NAME: app,
    FLY_MACHINE_ID: id,
    FLY_ALLOC_ID: id,
    FLY_MACHINE_VERSION: instanceId,
    FLY_REGION: region,
    FLY_PRIVATE_IP: privateIp,
    FLY_IMAGE_REF: `${image.registry}/${image.repository}:${image.tag}@${image.digest}`,
    FLY_PROCESS_GROUP: processGroup(config),
    FLY_VM_MEMORY_MB: String(config.guest?.memory_mb ?? 256),
  }
}
