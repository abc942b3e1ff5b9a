import { readFileSync } from 'node:fs'
import { splitCommand } from '../../fly-toml/command-line.js'
import type { MachineConfig } from '../api/machines.js'
import { flatten } from './groups.js'
import { guestOf } from './guest.js'
import { allServices, toMachineCheck, toMachineService } from './services.js'
import type { AppConfig, File } from './shape.js'

/**
 * What a machine of the group gets (flyctl 2026.8, internal/appconfig/machines.go): what fly.toml
 * rules is replaced, the rest of the previous configuration stays.
 */
export function toMachineConfig(
  config: AppConfig,
  group: string,
  previous: MachineConfig = {},
): MachineConfig {
  const flat = flatten(config, group)
  const { checks = {}, mounts = [], restart = [] } = flat
  const { primary_region, swap_size_mb, experimental } = flat
  const command = config.processes?.[group]
  const restarts = restart.at(-1)
  return {
    ...previous,
    env: {
      ...config.env,
      FLY_PROCESS_GROUP: group,
      ...(primary_region ? { PRIMARY_REGION: primary_region } : {}),
    },
    init: {
      ...previous.init,
      entrypoint: experimental?.entrypoint,
      exec: experimental?.exec,
      cmd: command ? wordsOf(command) : experimental?.cmd,
      swap_size_mb,
    },
    guest: guestOf(flat) ?? previous.guest,
    metadata: { ...previous.metadata, fly_platform_version: 'v2', fly_process_group: group },
    services: allServices(flat).map(toMachineService),
    checks: Object.fromEntries(
      Object.entries(checks).map(([name, check]) => [
        name,
        toMachineCheck(check, flat.http_service),
      ]),
    ),
    mounts: mounts.map(({ source, destination }) => ({ path: destination, name: source })),
    files: flat.files?.map(toMachineFile),
    restart: restarts && {
      policy: restartPolicies[restarts.policy ?? ''],
      max_retries: restarts.retries,
    },
    stop_config: { timeout: config.kill_timeout, signal: config.kill_signal },
  }
}

/** What a secret has is base64 already; a path is one of the working folder. */
function toMachineFile({ guest_path, local_path, secret_name, raw_value }: File) {
  if (local_path) return { guest_path, raw_value: readFileSync(local_path).toString('base64') }
  if (secret_name) return { guest_path, secret_name }
  return { guest_path, raw_value: Buffer.from(raw_value ?? '').toString('base64') }
}

/** Raises an error for a quote that is never closed. */
function wordsOf(command: string): readonly string[] {
  const words = splitCommand(command)
  if (words === undefined) throw new Error('EOF found when expecting closing quote')
  return words
}

/** [[restart]] policies, and how the API calls them. */
export const restartPolicies: Readonly<Record<string, string>> = {
  always: 'always',
  never: 'no',
  'on-failure': 'on-failure',
}
