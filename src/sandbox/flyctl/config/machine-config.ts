import type { AppConfig, ConfigFile } from '../shapes/app-config.js'
import type { MachineConfig, MachineMount } from '../shapes/machine.js'
import { flatten } from './groups.js'
import { guestOf } from './guest.js'
import { allServices, toMachineCheck, toMachineService } from './services.js'
import { splitWords } from './shell-words.js'
import { parseGigabytes } from './sizes.js'

export interface MachineConfigRequest {
  readonly config: AppConfig
  readonly group: string
  /** Of the machine that is changed. */
  readonly previous?: MachineConfig | undefined
  /** Files of the configuration, read. */
  readonly files?: MachineConfig['files']
}

/**
 * What a machine of the group gets (flyctl 2026.8, internal/appconfig/machines.go): what fly.toml
 * rules is replaced, the rest of the previous configuration stays.
 */
export function toMachineConfig(request: MachineConfigRequest): MachineConfig {
  const { group, previous, files } = request
  const config = flatten(request.config, group)
  const { kill_signal, kill_timeout, metrics = [], statics = [] } = config
  const services = allServices(config).map(toMachineService)
  return {
    ...previous,
    metrics: metrics[0],
    init: initOf(config, group, previous),
    metadata: { ...previous?.metadata, fly_platform_version: 'v2', fly_process_group: group },
    services,
    checks: checksOf(config, group),
    env: environmentOf(config, group),
    statics,
    mounts: mountsOf(config),
    stop_config:
      kill_signal === undefined && kill_timeout === undefined
        ? undefined
        : { timeout: kill_timeout, signal: kill_signal },
    files,
    guest: guestOf(config) ?? previous?.guest,
    restart: restartOf(config),
  }
}

function initOf(
  { processes = {}, experimental, swap_size_mb }: AppConfig,
  group: string,
  previous: MachineConfig | undefined,
): MachineConfig['init'] {
  const command = processes[group]
  return {
    ...previous?.init,
    entrypoint: experimental?.entrypoint,
    exec: experimental?.exec,
    cmd: command ? splitWords(command) : experimental?.cmd,
    swap_size_mb,
  }
}

function checksOf(
  { checks = {}, http_service }: AppConfig,
  group: string,
): MachineConfig['checks'] {
  const converted = Object.entries(checks).map(([name, check]) => {
    const port = check.port ?? http_service?.internal_port
    if (port === undefined)
      throw new Error(
        `Check '${name}' for process group '${group}' has no port set and the group has no http_service to take it from`,
      )
    return [name, { ...toMachineCheck(check), port }]
  })
  return Object.fromEntries(converted)
}

function environmentOf({ env, primary_region }: AppConfig, group: string) {
  return {
    ...env,
    FLY_PROCESS_GROUP: group,
    ...(primary_region ? { PRIMARY_REGION: primary_region } : {}),
  }
}

function mountsOf({ mounts = [] }: AppConfig): readonly MachineMount[] {
  return mounts.map((mount) => ({
    path: mount.destination,
    name: mount.source,
    extend_threshold_percent: mount.auto_extend_size_threshold,
    add_size_gb: gigabytes(mount.auto_extend_size_increment),
    size_gb_limit: gigabytes(mount.auto_extend_size_limit),
  }))
}

function gigabytes(size: string | undefined): number | undefined {
  return size ? parseGigabytes(size) : undefined
}

const policies: Readonly<Record<string, string>> = {
  always: 'always',
  never: 'no',
  'on-failure': 'on-failure',
}

function restartOf({ restart = [] }: AppConfig): MachineConfig['restart'] {
  const last = restart.at(-1)
  if (last === undefined) return undefined
  return { policy: restartPolicy(last.policy ?? ''), max_retries: last.retries }
}

/** In the API's words. Raises an error for any other policy. */
export function restartPolicy(policy: string): string {
  const word = policies[policy]
  if (word === undefined) throw new Error(`invalid restart policy: ${policy}`)
  return word
}

/** [[files]] as the API takes them, contents in base64. `read` gets a local path. */
export async function toMachineFiles(
  files: readonly ConfigFile[] = [],
  read: (path: string) => Promise<Buffer>,
): Promise<NonNullable<MachineConfig['files']>> {
  return Promise.all(
    files.map(async ({ guest_path, local_path, secret_name, raw_value }) => {
      if (local_path) return { guest_path, raw_value: (await read(local_path)).toString('base64') }
      if (secret_name) return { guest_path, secret_name }
      return { guest_path, raw_value: Buffer.from(raw_value ?? '').toString('base64') }
    }),
  )
}
