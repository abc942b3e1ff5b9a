import {
  any,
  autostop,
  bool,
  duration,
  int,
  list,
  map,
  pointer,
  string,
  struct,
  time,
  type ValueOf,
} from '../go/types.js'
import { guestFields, port, serviceConcurrency } from './machine-parts.js'

/** The Machines API's structs (fly-go 0.9, machine_types.go), fields in Go's order. */
export const guest = struct('fly.MachineGuest', guestFields)

const checkHeader = struct('fly.MachineHTTPHeader', { 'name?': string, 'values?': list(string) })

const checkFields = {
  'port?': pointer(int),
  'type?': pointer(string),
  'kind?': pointer(string),
  'interval?': pointer(duration),
  'timeout?': pointer(duration),
  'grace_period?': pointer(duration),
  'method?': pointer(string),
  'path?': pointer(string),
  'protocol?': pointer(string),
  'tls_skip_verify?': pointer(bool),
  'tls_server_name?': pointer(string),
  'headers?': list(checkHeader),
} as const

const check = struct('fly.MachineCheck', checkFields)

const service = struct('fly.MachineService', {
  'protocol?': string,
  'internal_port?': int,
  'autostop?': pointer(autostop),
  'autostart?': pointer(bool),
  'min_machines_running?': pointer(int),
  'ports?': list(port),
  'checks?': list(check),
  'concurrency?': pointer(serviceConcurrency),
  force_instance_key: pointer(string),
  'force_instance_description?': pointer(string),
})

const init = struct('fly.MachineInit', {
  'exec?': list(string),
  'entrypoint?': list(string),
  'cmd?': list(string),
  'tty?': bool,
  'swap_size_mb?': pointer(int),
  'kernel_args?': list(string),
})

const mount = struct('fly.MachineMount', {
  'encrypted?': bool,
  'path?': string,
  'size_gb?': int,
  'volume?': string,
  'name?': string,
  'extend_threshold_percent?': int,
  'add_size_gb?': int,
  'size_gb_limit?': int,
})

const metrics = struct('fly.MachineMetrics', { 'port?': int, 'path?': string, 'https?': bool })

const staticFiles = struct('fly.Static', {
  guest_path: string,
  url_prefix: string,
  tigris_bucket: string,
  index_document: string,
})

const file = struct('fly.File', {
  'guest_path?': string,
  'raw_value?': pointer(string),
  'secret_name?': pointer(string),
  'image_config?': pointer(string),
  'mode?': int,
})

const restart = struct('fly.MachineRestart', { 'policy?': string, 'max_retries?': int })

const stopConfig = struct('fly.StopConfig', {
  'timeout?': pointer(duration),
  'signal?': pointer(string),
})

export const machineConfig = struct('fly.MachineConfig', {
  'env?': map(string),
  init,
  'guest?': pointer(guest),
  'metadata?': map(string),
  'mounts?': list(mount),
  'services?': list(service),
  'metrics?': pointer(metrics),
  'checks?': map(check),
  'statics?': list(pointer(staticFiles)),
  'image?': string,
  'files?': list(pointer(file)),
  'schedule?': string,
  'auto_destroy?': bool,
  'restart?': pointer(restart),
  'dns?': pointer(any),
  'processes?': list(any),
  'standbys?': list(string),
  'stop_config?': pointer(stopConfig),
  'containers?': list(any),
  'volumes?': list(any),
  'rootfs?': pointer(any),
  'cache_drive?': pointer(any),
  'spot?': pointer(any),
  'size?': string,
  'disable_machine_autostart?': pointer(bool),
})

const exitEvent = struct('fly.MachineExitEvent', {
  'exit_code?': int,
  'guest_exit_code?': int,
  'guest_signal?': int,
  'oom_killed?': bool,
  'requested_stop?': bool,
  'restarting?': bool,
  'signal?': int,
  exited_at: time,
})

const monitorEvent = struct('fly.MachineMonitorEvent', { 'exit_event?': pointer(exitEvent) })

const event = struct('fly.MachineEvent', {
  'type?': string,
  'status?': string,
  'request?': pointer(
    struct('fly.MachineRequest', {
      'exit_event?': pointer(exitEvent),
      'MonitorEvent?': pointer(monitorEvent),
      'restart_count?': int,
    }),
  ),
  'source?': string,
  'timestamp?': int,
})

export const checkStatus = struct('fly.MachineCheckStatus', {
  'name?': string,
  'status?': string,
  'output?': string,
  'updated_at?': pointer(time),
})

const imageRef = struct('fly.MachineImageRef', {
  'registry?': string,
  'repository?': string,
  'tag?': string,
  'digest?': string,
  'labels?': map(string),
})

export const machine = struct('fly.Machine', {
  'id?': string,
  'name?': string,
  'state?': string,
  'region?': string,
  image_ref: imageRef,
  'instance_id?': string,
  'version?': string,
  'private_ip?': string,
  'created_at?': string,
  'updated_at?': string,
  'config?': pointer(machineConfig),
  'events?': list(pointer(event)),
  'checks?': list(pointer(checkStatus)),
  'nonce?': string,
  'host_status?': string,
  cordoned: bool,
  'containers?': list(pointer(any)),
  'incomplete_config?': pointer(machineConfig),
})

/** What creates or changes a machine. */
export const launchInput = struct('fly.LaunchMachineInput', {
  'config?': pointer(machineConfig),
  'region?': string,
  'name?': string,
  'skip_launch?': bool,
  'skip_service_registration?': bool,
  skip_secrets: bool,
  'min_secrets_version?': pointer(int),
  'lease_ttl?': int,
})

export type Machine = ValueOf<typeof machine>
export type MachineConfig = ValueOf<typeof machineConfig>
export type MachineService = ValueOf<typeof service>
export type MachineCheck = ValueOf<typeof check>
export type MachineMount = ValueOf<typeof mount>
export type Guest = ValueOf<typeof guest>
export type LaunchInput = ValueOf<typeof launchInput>
