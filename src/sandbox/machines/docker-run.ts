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

export interface DockerRun {
  readonly args: readonly string[]
  /** Values of the container's variables: handed to docker by environment, never by argument. */
  readonly env: Readonly<Record<string, string>>
}

export const machineLabel = 'flyops.machine'
export const sandboxLabel = 'flyops.sandbox'

/** Fly's own: SIGINT, and 5 s for the app to end. */
const defaultStop = { signal: 'SIGINT', timeoutMs: 5_000 }

/** The `docker run` of a machine. The engine restarts nothing by itself: Fly's rules do. */
export function dockerRun(request: ContainerRequest): DockerRun {
  const { machine, sandboxId, image } = request
  const { guest, stop_config: stop, mounts } = machine.config
  const memory = guest?.memory_mb ?? 256
  const variables = environment(request)
  const stopMs = durationMs(stop?.timeout ?? '') ?? defaultStop.timeoutMs
  const { flags, command } = commandLine(machine)
  return {
    args: [
      'run',
      '--detach',
      '--init',
      '--pull=never',
      '--restart=no',
      `--hostname=${machine.id}`,
      `--label=${sandboxLabel}=${sandboxId}`,
      `--label=flyops.app=${machine.app}`,
      `--label=${machineLabel}=${machine.id}`,
      `--memory=${memory}m`,
      `--memory-swap=${memory}m`,
      `--cpus=${Math.min(guest?.cpus ?? 1, request.cpus)}`,
      `--stop-signal=${stop?.signal ?? defaultStop.signal}`,
      `--stop-timeout=${Math.ceil(stopMs / 1000)}`,
      ...volumeFlags(mounts ?? [], request.volumeFolder),
      ...variables.flags,
      ...flags,
      image,
      ...command,
    ],
    env: variables.env,
  }
}

function volumeFlags(
  mounts: NonNullable<Machine['config']['mounts']>,
  folder: (volumeId: string) => string,
): readonly string[] {
  return mounts.flatMap(({ path, volume }) =>
    volume ? [`--mount=type=bind,source=${folder(volume)},target=${path}`] : [],
  )
}

function commandLine({ config }: Machine) {
  const { exec, entrypoint, cmd } = config.init ?? {}
  const [program, ...args] = exec ?? [...(entrypoint ?? []), ...(entrypoint ? (cmd ?? []) : [])]
  if (program !== undefined) return { flags: [`--entrypoint=${program}`], command: args }
  return { flags: [], command: cmd ?? [] }
}

/** A variable for the docker client itself must not change which engine it talks to. */
const readByDocker = /^(DOCKER_|BUILDKIT_|HTTPS?_PROXY$|NO_PROXY$|HOME$|PATH$)/i

function environment({ machine, secrets }: ContainerRequest) {
  const values = { ...machine.config.env, ...secrets, ...platformVariables(machine) }
  const flags: string[] = []
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    if (readByDocker.test(name)) flags.push(`--env=${name}=${value}`)
    else {
      flags.push(`--env=${name}`)
      env[name] = value
    }
  }
  return { flags, env }
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
    FLY_PROCESS_GROUP: config.metadata?.fly_process_group ?? 'app',
    FLY_VM_MEMORY_MB: String(config.guest?.memory_mb ?? 256),
  }
}
