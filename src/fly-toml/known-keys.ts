import { FlyopsError } from '../errors.js'
import { nearestName } from '../nearest-name.js'
import { readAssignment } from './assignments.js'

/** Keys of fly.toml, for advice alone: which ones there are flyctl decides (flyctl 2026.8, internal/appconfig). */
const keys =
  'app primary_region kill_signal kill_timeout swap_size_mb console_command deploy strategy max_unavailable wait_timeout release_command release_command_timeout release_command_vm seed_command env processes http_service internal_port force_https auto_stop_machines auto_start_machines min_machines_running concurrency type hard_limit soft_limit tls_options alpn versions http_options compress response headers pristine h2_backend idle_timeout checks machine_checks interval timeout grace_period method path protocol tls_skip_verify tls_server_name services ports port start_port end_port handlers tcp_checks http_checks vm size memory cpu_kind cpus memory_mb kernel_args persist_rootfs host_dedication_id mounts source destination initial_size snapshot_retention scheduled_snapshots auto_extend_size_threshold auto_extend_size_increment auto_extend_size_limit metrics https restart policy retries'.split(
    ' ',
  )

/** Those of a table that flyctl's strict validation does not look into. */
const vmKeys =
  /^(?:size|memory|memory_mb|cpu_kind|cpus|gpu_kind|gpus|kernel_args|persist_rootfs|host_dedication_id|processes)$/

/**
 * Raises `invalid_input` for a key of `set` that flyctl would ignore, with the nearest one that there is; `findings` are what
 * flyctl does not know in the toml that they are written into.
 */
export function refuseUnknownKeys(set: readonly string[], findings: readonly string[]): void {
  for (const text of set) {
    const { key } = readAssignment(text)
    const path = key.split('.').filter((part) => !/^\d+$/.test(part))
    const isOfVm = /^(?:vm|computes?)$/.test(path[0] ?? '')
    const wrong = isOfVm
      ? vmKeys.test(path[1] ?? '')
        ? undefined
        : path[1]
      : findings
          .map(partsOf)
          .find((parts) => parts.every((part, at) => part === path[at]))
          ?.at(-1)
    if (wrong !== undefined) throw unknownKey(key, wrong)
  }
}

/** Of `http_service.checks[0].timeout`. */
function partsOf(finding: string): readonly string[] {
  return finding.split('.').map((part) => part.replace(/\[\d+\]$/, ''))
}

function unknownKey(key: string, wrong: string): FlyopsError {
  const nearest = nearestName(wrong, keys)
  const advice = nearest === undefined ? '' : `; did you mean ${key.replace(wrong, nearest)}?`
  return new FlyopsError(
    'invalid_input',
    'config',
    `set: ${key} is no key that flyctl knows: it would be ignored${advice}`.replace(/[^?]$/, '$&.'),
    { remedy: 'Correct the key, or leave it out of `set`.' },
  )
}
