import { z } from 'zod'
import { cutText } from '../process/plain-text.js'

/** What apps and others write: nobody needs more of it, and answers stay short. */
const text = z.string().transform((whole) => cutText(whole, 500))

/** Names and states. */
const word = z.string().transform((whole) => cutText(whole, 100))

/** These become arguments of commands. */
const appName = z.string().regex(/^\w[\w-]{0,99}$/)
const machineId = z.string().regex(/^\w{1,64}$/)

/** flyctl prints Go's field names in some replies and the API's in others (flyctl 2026.8). */
export const orgsReply = z.record(z.string(), word)

export const whoamiReply = z.object({ email: text })

export const versionReply = z.object({
  Name: word,
  Version: word,
  Environment: word.optional(),
})

const organization = z.object({ Slug: word })

export const appReply = z.object({
  Name: appName,
  Hostname: z.string(),
  Organization: organization,
})

export const appsReply = z
  .array(
    z.object({
      Name: appName,
      Status: word,
      Deployed: z.boolean().nullish(),
      Organization: organization,
    }),
  )
  .nullable()
  .transform((apps) => apps ?? [])

/** A fly.toml as JSON. */
export const configReply = z.record(z.string(), z.unknown())

export const releasesReply = z
  .array(
    z.object({
      Version: z.number().int(),
      Status: word,
      User: z.object({ Email: word.nullish(), Name: word.nullish() }).nullish(),
      CreatedAt: word,
      ImageRef: text.nullish(),
    }),
  )
  .nullable()
  .transform((releases) => releases ?? [])

const check = z.object({
  name: word,
  status: word,
  output: text.nullish(),
  updated_at: word.nullish(),
})

const exitEvent = z.object({
  exit_code: z.number().nullish(),
  oom_killed: z.boolean().nullish(),
  requested_stop: z.boolean().nullish(),
  restarting: z.boolean().nullish(),
})

const machineEvent = z.object({
  type: z.string(),
  timestamp: z.number().nullish(),
  request: z
    .object({
      exit_event: exitEvent.nullish(),
      MonitorEvent: z.object({ exit_event: exitEvent.nullish() }).nullish(),
    })
    .nullish(),
})

const configuredCheck = z.object({ path: z.string().nullish() })

const port = z.object({ handlers: z.array(z.string()).nullish() })

const service = z.object({
  checks: z.array(configuredCheck).nullish(),
  ports: z.array(port).nullish(),
})

const guest = z.object({
  cpu_kind: word.nullish(),
  cpus: z.number().nullish(),
  memory_mb: z.number().nullish(),
})

const machineConfig = z.object({
  guest: guest.nullish(),
  metadata: z.record(z.string(), word).nullish(),
  services: z.array(service).nullish(),
  checks: z.record(z.string(), configuredCheck).nullish(),
})

const machine = z.object({
  id: machineId,
  state: word,
  region: word.nullish(),
  image_ref: z
    .object({
      registry: text.nullish(),
      repository: text.nullish(),
      tag: text.nullish(),
      digest: text.nullish(),
      labels: z.record(z.string(), text).nullish(),
    })
    .nullish(),
  config: machineConfig.nullish(),
  checks: z.array(check).nullish(),
  events: z.array(machineEvent).nullish(),
  host_status: word.nullish(),
})

export type CheckReply = z.infer<typeof check>

export type MachineReply = z.infer<typeof machine>

export type MachineEvent = z.infer<typeof machineEvent>

export const statusReply = z.object({
  Name: appName,
  Hostname: z.string(),
  Version: z.number().nullish(),
  Organization: organization,
  Machines: z.array(machine).nullish(),
})

export const emittedReleaseReply = z.object({
  id: z.string(),
  version: z.number().int(),
})

export const logLineReply = z.object({
  timestamp: word.nullish(),
  instance: word.nullish(),
  region: word.nullish(),
  message: z.string(),
  meta: z.object({ Event: z.object({ Provider: word.nullish() }).nullish() }).nullish(),
})

export const secretsReply = z
  .array(z.object({ name: text }))
  .nullable()
  .transform((secrets) => secrets ?? [])
