import {
  any,
  autostop,
  bool,
  duration,
  float64,
  int,
  list,
  map,
  pointer,
  string,
  struct,
  type ValueOf,
} from '../go/types.js'
import { guestFields, port, serviceConcurrency, tlsAndHttpOptions } from './machine-parts.js'

/** fly.toml's structs (flyctl 2026.8, internal/appconfig), fields in Go's order. */
const attached = struct('appconfig.Attached', {
  secrets: struct('appconfig.AttachedSecrets', { 'export?': map(string) }),
})

const experimental = struct('appconfig.Experimental', {
  'cmd?': list(string),
  'entrypoint?': list(string),
  'exec?': list(string),
  'auto_rollback?': bool,
  'enable_consul?': bool,
  'enable_etcd?': bool,
  'lazy_load_images?': bool,
  attached,
  'machine_config?': string,
})

const build = struct('appconfig.Build', {
  'builder?': string,
  'args?': map(string),
  'buildpacks?': list(string),
  'image?': string,
  'settings?': map(any),
  'builtin?': string,
  'dockerfile?': string,
  'ignorefile?': string,
  'build-target?': string,
  'compose?': pointer(struct('appconfig.BuildCompose', { 'file?': string })),
  'compression?': string,
  'compression_level?': pointer(int),
})

const compute = struct('appconfig.Compute', {
  'size?': string,
  'memory?': string,
  ...guestFields,
  'processes?': list(string),
})

const deploy = struct('appconfig.Deploy', {
  'strategy?': string,
  'max_unavailable?': pointer(float64),
  'wait_timeout?': pointer(duration),
  'release_command?': string,
  'release_command_timeout?': pointer(duration),
  'release_command_vm?': pointer(compute),
  'seed_command?': string,
})

const mount = struct('appconfig.Mount', {
  'source?': string,
  'destination?': string,
  'initial_size?': string,
  'snapshot_retention?': pointer(int),
  'scheduled_snapshots?': pointer(bool),
  'auto_extend_size_threshold?': int,
  'auto_extend_size_increment?': string,
  'auto_extend_size_limit?': string,
  'processes?': list(string),
})

const checkTimes = {
  'interval?': pointer(duration),
  'timeout?': pointer(duration),
  'grace_period?': pointer(duration),
} as const

const httpFields = {
  'method?': pointer(string),
  'path?': pointer(string),
  'protocol?': pointer(string),
  'tls_skip_verify?': pointer(bool),
  'tls_server_name?': pointer(string),
  'headers?': map(string),
} as const

const tcpCheck = struct('appconfig.ServiceTCPCheck', checkTimes)
const httpCheck = struct('appconfig.ServiceHTTPCheck', { ...checkTimes, ...httpFields })

const machineCheck = struct('appconfig.ServiceMachineCheck', {
  'command?': list(string),
  'image?': string,
  'entrypoint?': list(string),
  'kill_signal?': pointer(string),
  'kill_timeout?': pointer(duration),
})

const autoStartAndStop = {
  'auto_stop_machines?': pointer(autostop),
  'auto_start_machines?': pointer(bool),
  'min_machines_running?': pointer(int),
} as const

const service = struct('appconfig.Service', {
  'protocol?': string,
  'internal_port?': int,
  ...autoStartAndStop,
  'ports?': list(port),
  'concurrency?': pointer(serviceConcurrency),
  'tcp_checks?': list(tcpCheck),
  'http_checks?': list(httpCheck),
  'machine_checks?': list(machineCheck),
  'processes?': list(string),
})

const httpService = struct('appconfig.HTTPService', {
  'internal_port?': int,
  'force_https?': bool,
  ...autoStartAndStop,
  'processes?': list(string),
  'concurrency?': pointer(serviceConcurrency),
  ...tlsAndHttpOptions,
  'checks?': list(httpCheck),
  'machine_checks?': list(machineCheck),
})

const toplevelCheck = struct('appconfig.ToplevelCheck', {
  'port?': pointer(int),
  'type?': pointer(string),
  ...checkTimes,
  ...httpFields,
  'processes?': list(string),
})

const file = struct('appconfig.File', {
  'guest_path?': string,
  'local_path?': string,
  'secret_name?': string,
  'raw_value?': string,
  'processes?': list(string),
})

const restart = struct('appconfig.Restart', {
  'policy?': string,
  'retries?': int,
  'processes?': list(string),
})

const staticFiles = struct('appconfig.Static', {
  'guest_path?': string,
  'url_prefix?': string,
  tigris_bucket: string,
  'index_document?': string,
})

const metrics = struct('appconfig.Metrics', {
  'port?': int,
  'path?': string,
  'https?': bool,
  'processes?': list(string),
})

export const appConfig = struct('appconfig.Config', {
  'app?': string,
  'primary_region?': string,
  'kill_signal?': pointer(string),
  'kill_timeout?': pointer(duration),
  'swap_size_mb?': pointer(int),
  'console_command?': string,
  'experimental?': pointer(experimental),
  'build?': pointer(build),
  'deploy?': pointer(deploy),
  'env?': map(string),
  'processes?': map(string),
  'mounts?': list(mount),
  'http_service?': pointer(httpService),
  'services?': list(service),
  'checks?': map(pointer(toplevelCheck)),
  'files?': list(file),
  'host_dedication_id?': string,
  'machine_config?': string,
  'container?': string,
  'machine_checks?': list(machineCheck),
  'restart?': list(restart),
  'vm?': list(pointer(compute)),
  'statics?': list(staticFiles),
  'metrics?': list(pointer(metrics)),
})

export type AppConfig = ValueOf<typeof appConfig>
export type Service = ValueOf<typeof service>
export type HttpService = ValueOf<typeof httpService>
export type HttpCheck = ValueOf<typeof httpCheck>
export type TcpCheck = ValueOf<typeof tcpCheck>
export type ToplevelCheck = ValueOf<typeof toplevelCheck>
export type Compute = ValueOf<typeof compute>
export type Mount = ValueOf<typeof mount>
export type ConfigFile = ValueOf<typeof file>
