import { any, bool, int, list, map, pointer, string, struct, type ValueOf } from '../go/types.js'

/** Structs that fly.toml and the Machines API share (fly-go 0.9, machine_types.go). */
export const guestFields = {
  'cpu_kind?': string,
  'cpus?': int,
  'memory_mb?': int,
  'max_memory_mb?': int,
  'gpus?': int,
  'gpu_kind?': string,
  'host_dedication_id?': string,
  'persist_rootfs?': string,
  'kernel_args?': list(string),
} as const

const tlsOptions = struct('fly.TLSOptions', {
  'alpn?': list(string),
  'versions?': list(string),
  'default_self_signed?': pointer(bool),
})

const replayCache = struct('fly.ReplayCache', {
  path_prefix: string,
  ttl_seconds: int,
  type: string,
  name: string,
  'allow_bypass?': bool,
})

const httpOptions = struct('fly.HTTPOptions', {
  'compress?': pointer(bool),
  'response?': pointer(
    struct('fly.HTTPResponseOptions', { 'headers?': map(any), 'pristine?': pointer(bool) }),
  ),
  'h2_backend?': pointer(bool),
  'idle_timeout?': pointer(int),
  'headers_read_timeout?': pointer(int),
  'replay_cache?': list(replayCache),
})

export const tlsAndHttpOptions = {
  'tls_options?': pointer(tlsOptions),
  'http_options?': pointer(httpOptions),
} as const

export const port = struct('fly.MachinePort', {
  'port?': pointer(int),
  'start_port?': pointer(int),
  'end_port?': pointer(int),
  'handlers?': list(string),
  'force_https?': bool,
  ...tlsAndHttpOptions,
  'proxy_proto_options?': pointer(struct('fly.ProxyProtoOptions', { 'version?': string })),
})

export const serviceConcurrency = struct('fly.MachineServiceConcurrency', {
  'type?': string,
  'hard_limit?': int,
  'soft_limit?': int,
})

export type Port = ValueOf<typeof port>
