/** What a value must be: a scalar, a list of one shape, or a table of named ones; `*` stands for any name. */
export type Shape = Scalar | readonly [Shape] | TableShape

export interface TableShape {
  readonly [name: string]: Shape
}

interface Scalars {
  string: string
  /** Takes numbers and truths, too. */
  text: string
  int: number
  /** Takes a text of digits, too. */
  port: number
  float64: number
  bool: boolean
  /** Texts such as "15s"; a bare number is in that unit. */
  durationOfS: string
  durationOfMs: string
  durationOfNs: string
  autostop: 'off' | 'stop' | 'suspend'
  any: unknown
}

export type Scalar = keyof Scalars

/** The values of a shape. */
type ValueOf<Of> = Of extends Scalar
  ? Scalars[Of]
  : Of extends readonly [infer Each]
    ? readonly ValueOf<Each>[]
    : keyof Of extends '*'
      ? Readonly<Record<string, ValueOf<Of[keyof Of]>>>
      : { readonly [Name in keyof Of]?: ValueOf<Of[Name]> | undefined }

function all<const Kind extends Scalar, const Name extends string>(kind: Kind, ...names: Name[]) {
  return Object.fromEntries(names.map((name) => [name, kind])) as Record<Name, Kind>
}

const texts = { '*': 'text' } as const
/** Of some process groups; without names, of the default one. */
const grouped = { processes: ['string'] } as const

const times = ['interval', 'timeout', 'grace_period'] as const
const tcpCheck = all('durationOfMs', ...times)
const httpCheck = {
  ...tcpCheck,
  ...all('string', 'method', 'path', 'protocol', 'tls_server_name'),
  tls_skip_verify: 'bool',
  headers: texts,
} as const
const topLevelCheck = { ...grouped, ...httpCheck, type: 'string', port: 'int' } as const

const port = {
  ...all('port', 'port', 'start_port', 'end_port'),
  ...all('any', 'tls_options', 'http_options', 'proxy_proto_options'),
  handlers: ['string'],
  force_https: 'bool',
} as const
const anyService = {
  ...grouped,
  internal_port: 'int',
  min_machines_running: 'int',
  auto_stop_machines: 'autostop',
  auto_start_machines: 'bool',
  concurrency: { type: 'string', ...all('int', 'hard_limit', 'soft_limit') },
  machine_checks: 'any',
} as const
const httpService = {
  ...anyService,
  ...all('any', 'tls_options', 'http_options'),
  force_https: 'bool',
  checks: [{ ...httpCheck, ...all('durationOfNs', ...times) }],
} as const
const service = {
  ...anyService,
  internal_port: 'port',
  protocol: 'string',
  ports: [port],
  tcp_checks: [tcpCheck],
  http_checks: [httpCheck],
} as const

const compute = {
  ...grouped,
  memory: 'text',
  ...all('string', 'size', 'cpu_kind', 'gpu_kind', 'host_dedication_id'),
  ...all('int', 'cpus', 'memory_mb', 'max_memory_mb', 'gpus'),
  ...all('any', 'persist_rootfs', 'kernel_args'),
} as const
const mount = {
  ...grouped,
  initial_size: 'text',
  ...all('string', 'source', 'destination'),
  ...all('string', 'auto_extend_size_increment', 'auto_extend_size_limit'),
  ...all('int', 'auto_extend_size_threshold', 'snapshot_retention'),
  scheduled_snapshots: 'bool',
} as const
const deploy = {
  ...all('string', 'strategy', 'release_command', 'seed_command'),
  ...all('durationOfNs', 'wait_timeout', 'release_command_timeout'),
  max_unavailable: 'float64',
  release_command_vm: 'any',
} as const

/**
 * The settings that flyctl knows in fly.toml, and their types (flyctl 2026.8, internal/appconfig/config.go);
 * of those that do nothing here, only the names.
 */
export const appConfigShape = {
  ...all('string', 'app', 'primary_region', 'kill_signal', 'console_command'),
  ...all('any', 'host_dedication_id', 'machine_config', 'container', 'machine_checks'),
  ...all('any', 'statics', 'metrics'),
  files: [{ ...grouped, ...all('string', 'guest_path', 'local_path', 'secret_name', 'raw_value') }],
  build: { image: 'string', '*': 'any' },
  experimental: { cmd: 'any', entrypoint: 'any', exec: 'any', '*': 'any' },
  kill_timeout: 'durationOfS',
  swap_size_mb: 'int',
  deploy,
  env: texts,
  processes: { '*': 'string' },
  http_service: httpService,
  services: [service],
  checks: { '*': topLevelCheck },
  vm: [compute],
  mounts: [mount],
  restart: [{ ...grouped, policy: 'string', retries: 'int' }],
} as const

/** fly.toml, its spellings made one. */
export type AppConfig = ValueOf<typeof appConfigShape>
export type Grouped = ValueOf<typeof grouped>
export type Service = ValueOf<typeof service>
export type HttpService = ValueOf<typeof httpService>
export type HttpCheck = ValueOf<typeof httpCheck>
export type TopLevelCheck = ValueOf<typeof topLevelCheck>
export type File = NonNullable<AppConfig['files']>[number]
export type Compute = ValueOf<typeof compute>
