import { z } from 'zod'
import { goDuration } from '../durations.js'

/** A table of fly.toml; `name` is its struct in flyctl, which texts about wrong types name. */
function table<Shape extends z.ZodRawShape>(name: string, shape: Shape) {
  return z.looseObject(shape).meta({ struct: name })
}

const text = z.string().optional()
const integer = z.int().optional()
const flag = z.boolean().optional()
const texts = z.array(z.string()).optional()
const textMap = z.record(z.string(), z.string()).optional()
/** Text such as "90s", or a number of nanoseconds; becomes what Go writes, "1m30s". */
const duration = z
  .union([z.string(), z.number()])
  .transform((value, context) => {
    const written = goDuration(value)
    if (written !== undefined) return written
    context.addIssue({ code: 'custom', message: `time: invalid duration "${value}"` })
    return z.NEVER
  })
  .optional()
/** Becomes what flyctl sends: false, true (to stop) or "suspend". */
const autostop = z
  .union([z.boolean(), z.enum(['off', 'stop', 'suspend'])])
  .transform((value) => (typeof value === 'boolean' || value === 'suspend' ? value : value === 'stop'))
  .optional()

const checkTimes = { interval: duration, timeout: duration, grace_period: duration }
const httpCheckFields = {
  ...checkTimes,
  method: text,
  path: text,
  protocol: text,
  tls_skip_verify: flag,
  tls_server_name: text,
  headers: textMap,
}
const httpCheck = table('ServiceHTTPCheck', httpCheckFields)
const tcpCheck = table('ServiceTCPCheck', checkTimes)
const topLevelCheck = table('ToplevelCheck', {
  ...httpCheckFields,
  port: integer,
  type: text,
  processes: texts,
})
const machineCheck = table('ServiceMachineCheck', {
  command: texts,
  image: text,
  entrypoint: texts,
  kill_signal: text,
  kill_timeout: duration,
})

const concurrency = table('MachineServiceConcurrency', {
  type: text,
  hard_limit: integer,
  soft_limit: integer,
}).optional()
const tlsOptions = table('TLSOptions', {
  alpn: texts,
  versions: texts,
  default_self_signed: flag,
}).optional()
const httpOptions = table('HTTPOptions', {
  compress: flag,
  response: table('HTTPResponseOptions', {
    headers: z.record(z.string(), z.unknown()).optional(),
    pristine: flag,
  }).optional(),
  h2_backend: flag,
  idle_timeout: integer,
  headers_read_timeout: integer,
  replay_cache: z.array(z.looseObject({})).optional(),
}).optional()
const port = table('MachinePort', {
  port: integer,
  start_port: integer,
  end_port: integer,
  handlers: texts,
  force_https: flag,
  tls_options: tlsOptions,
  http_options: httpOptions,
  proxy_proto_options: table('ProxyProtoOptions', { version: text }).optional(),
})

const scaling = {
  auto_stop_machines: autostop,
  auto_start_machines: flag,
  min_machines_running: integer,
  concurrency,
  processes: texts,
  machine_checks: z.array(machineCheck).optional(),
}
const httpService = table('HTTPService', {
  ...scaling,
  internal_port: integer,
  force_https: flag,
  tls_options: tlsOptions,
  http_options: httpOptions,
  checks: z.array(httpCheck).optional(),
})
const service = table('Service', {
  ...scaling,
  protocol: text,
  internal_port: integer,
  ports: z.array(port).optional(),
  tcp_checks: z.array(tcpCheck).optional(),
  http_checks: z.array(httpCheck).optional(),
})
const vm = table('Compute', {
  size: text,
  memory: text,
  cpu_kind: text,
  cpus: integer,
  memory_mb: integer,
  gpus: integer,
  gpu_kind: text,
  host_dedication_id: text,
  persist_rootfs: text,
  kernel_args: texts,
  processes: texts,
})
const mount = table('Mount', {
  source: text,
  destination: text,
  initial_size: text,
  snapshot_retention: integer,
  scheduled_snapshots: flag,
  auto_extend_size_threshold: integer,
  auto_extend_size_increment: text,
  auto_extend_size_limit: text,
  processes: texts,
})

/** fly.toml behind flyctl's own repairs of old files (flyctl 2026.8, internal/appconfig/config.go). */
export const appConfig = table('Config', {
  app: text,
  primary_region: text,
  kill_signal: text,
  kill_timeout: duration,
  swap_size_mb: integer,
  console_command: text,
  host_dedication_id: text,
  machine_config: text,
  container: text,
  env: textMap,
  processes: textMap,
  http_service: httpService.optional(),
  services: z.array(service).optional(),
  checks: z.record(z.string(), topLevelCheck).optional(),
  machine_checks: z.array(machineCheck).optional(),
  mounts: z.array(mount).optional(),
  vm: z.array(vm).optional(),
  restart: z
    .array(table('Restart', { policy: text, retries: integer, processes: texts }))
    .optional(),
  files: z
    .array(
      table('File', {
        guest_path: text,
        local_path: text,
        secret_name: text,
        raw_value: text,
        processes: texts,
      }),
    )
    .optional(),
  statics: z
    .array(
      table('Static', {
        guest_path: text,
        url_prefix: text,
        tigris_bucket: text,
        index_document: text,
      }),
    )
    .optional(),
  metrics: z
    .array(table('Metrics', { port: integer, path: text, https: flag, processes: texts }))
    .optional(),
  deploy: table('Deploy', {
    strategy: text,
    max_unavailable: z.number().optional(),
    wait_timeout: duration,
    release_command: text,
    release_command_timeout: duration,
    release_command_vm: vm.optional(),
    seed_command: text,
  }).optional(),
  build: table('Build', {
    builder: text,
    args: textMap,
    buildpacks: texts,
    image: text,
    settings: z.record(z.string(), z.unknown()).optional(),
    builtin: text,
    dockerfile: text,
    ignorefile: text,
    'build-target': text,
    compose: table('BuildCompose', { file: text }).optional(),
    compression: text,
    compression_level: integer,
  }).optional(),
  experimental: table('Experimental', {
    cmd: texts,
    entrypoint: texts,
    exec: texts,
    auto_rollback: flag,
    enable_consul: flag,
    enable_etcd: flag,
    lazy_load_images: flag,
    attached: z.record(z.string(), z.unknown()).optional(),
    machine_config: text,
  }).optional(),
})

export type AppConfig = z.infer<typeof appConfig>
export type ServiceConfig = z.infer<typeof service>
export type HttpServiceConfig = z.infer<typeof httpService>
export type HttpCheckConfig = z.infer<typeof httpCheck>
export type CheckConfig = z.infer<typeof topLevelCheck>
export type VmConfig = z.infer<typeof vm>
