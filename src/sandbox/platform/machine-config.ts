import { z } from 'zod'

const check = z.looseObject({
  type: z.string().nullish(),
  port: z.number().nullish(),
  interval: z.string().nullish(),
  timeout: z.string().nullish(),
  grace_period: z.string().nullish(),
  method: z.string().nullish(),
  path: z.string().nullish(),
  protocol: z.string().nullish(),
  headers: z
    .array(z.looseObject({ name: z.string(), values: z.array(z.string()).nullish() }))
    .nullish(),
})

const service = z.looseObject({
  protocol: z.string().nullish(),
  internal_port: z.number(),
  autostart: z.boolean().nullish(),
  autostop: z.union([z.boolean(), z.string()]).nullish(),
  min_machines_running: z.number().nullish(),
  ports: z.array(z.looseObject({ port: z.number().nullish() })).nullish(),
  checks: z.array(check).nullish(),
})

/**
 * The part of a Machines API configuration that the sandbox acts on (fly-go machine_types.go);
 * everything else is kept and given back as it came.
 */
export const machineConfig = z.looseObject({
  image: z.string(),
  env: z.record(z.string(), z.string()).nullish(),
  init: z
    .looseObject({
      exec: z.array(z.string()).nullish(),
      entrypoint: z.array(z.string()).nullish(),
      cmd: z.array(z.string()).nullish(),
    })
    .nullish(),
  guest: z.looseObject({ cpus: z.number().nullish(), memory_mb: z.number().nullish() }).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  services: z.array(service).nullish(),
  checks: z.record(z.string(), check).nullish(),
  restart: z
    .looseObject({ policy: z.string().nullish(), max_retries: z.number().nullish() })
    .nullish(),
  mounts: z.array(z.looseObject({ path: z.string(), volume: z.string().nullish() })).nullish(),
  files: z
    .array(
      z.looseObject({
        guest_path: z.string(),
        raw_value: z.string().nullish(),
        secret_name: z.string().nullish(),
        mode: z.number().nullish(),
      }),
    )
    .nullish(),
  stop_config: z
    .looseObject({ signal: z.string().nullish(), timeout: z.string().nullish() })
    .nullish(),
  auto_destroy: z.boolean().nullish(),
})

export type MachineConfig = z.infer<typeof machineConfig>
export type MachineService = z.infer<typeof service>
export type MachineCheck = z.infer<typeof check>
