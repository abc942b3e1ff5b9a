import { z } from 'zod'

/** flyctl prints Go's field names in some replies and the API's in others (flyctl 2026.8). */
export const orgsReply = z.record(z.string(), z.string())

export const whoamiReply = z.object({ email: z.string() })

export const versionReply = z.object({
  Name: z.string(),
  Version: z.string(),
  Environment: z.string().optional(),
})

const organization = z.object({ Slug: z.string(), Name: z.string().optional() })

export const appReply = z.object({
  Name: z.string(),
  Hostname: z.string(),
  AppURL: z.string().optional(),
  Organization: organization,
})

export const appsReply = z
  .array(
    z.object({
      Name: z.string(),
      Status: z.string(),
      Deployed: z.boolean().nullish(),
      Organization: organization,
    }),
  )
  .nullable()
  .transform((apps) => apps ?? [])

export const releasesReply = z
  .array(
    z.object({
      Version: z.number().int(),
      Stable: z.boolean(),
      Reason: z.string().nullish(),
      Description: z.string().nullish(),
      Status: z.string(),
      User: z.object({ Email: z.string().nullish(), Name: z.string().nullish() }).nullish(),
      CreatedAt: z.string(),
      ImageRef: z.string().nullish(),
    }),
  )
  .nullable()
  .transform((releases) => releases ?? [])

const check = z.object({
  name: z.string(),
  status: z.string(),
  output: z.string().nullish(),
  updated_at: z.string().nullish(),
})

const exitEvent = z.object({
  exit_code: z.number().nullish(),
  oom_killed: z.boolean().nullish(),
  requested_stop: z.boolean().nullish(),
})

const machineEvent = z.object({
  type: z.string(),
  status: z.string().nullish(),
  timestamp: z.number().nullish(),
  request: z
    .object({ exit_event: exitEvent.nullish(), restart_count: z.number().nullish() })
    .nullish(),
})

const configuredCheck = z.object({ type: z.string().nullish(), path: z.string().nullish() })

const port = z.object({ handlers: z.array(z.string()).nullish() })

const service = z.object({
  checks: z.array(configuredCheck).nullish(),
  ports: z.array(port).nullish(),
})

const guest = z.object({
  cpu_kind: z.string().nullish(),
  cpus: z.number().nullish(),
  memory_mb: z.number().nullish(),
})

const machineConfig = z.object({
  guest: guest.nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  services: z.array(service).nullish(),
  checks: z.record(z.string(), configuredCheck).nullish(),
})

const machine = z.object({
  id: z.string(),
  state: z.string(),
  region: z.string().nullish(),
  image_ref: z
    .object({
      registry: z.string().nullish(),
      repository: z.string().nullish(),
      tag: z.string().nullish(),
      digest: z.string().nullish(),
      labels: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
  config: machineConfig.nullish(),
  checks: z.array(check).nullish(),
  events: z.array(machineEvent).nullish(),
  host_status: z.string().nullish(),
})

export type MachineReply = z.infer<typeof machine>

export const statusReply = z.object({
  Name: z.string(),
  AppURL: z.string(),
  Hostname: z.string(),
  Deployed: z.boolean().nullish(),
  Status: z.string(),
  Version: z.number().nullish(),
  Organization: organization,
  Machines: z.array(machine).nullish(),
})

export const emittedReleaseReply = z.object({
  id: z.string(),
  version: z.number().int(),
  image_ref: z.string().nullish(),
})

export const logLineReply = z.object({
  level: z.string().nullish(),
  instance: z.string().nullish(),
  message: z.string(),
  region: z.string().nullish(),
  timestamp: z.string().nullish(),
})

export const secretsReply = z
  .array(z.object({ name: z.string() }))
  .nullable()
  .transform((secrets) => secrets ?? [])
