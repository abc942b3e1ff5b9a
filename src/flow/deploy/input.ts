import { z } from 'zod'
import { FlyopsError } from '../../errors.js'
import type { DeployArguments } from '../../fly/commands.js'
import { assignmentPattern, mergeAssignments } from '../../fly-toml/assignments.js'
import type { DeploySettings } from '../../fly-toml/fly-toml.js'
import * as fields from '../fields.js'

/** Settings of the toml; those that are not told are names of before, for which `set` has the toml's own keys. */
const settingsShape = {
  internal_port: fields.port.optional().describe('Port the app listens on'),
  health_path: fields.urlPath.optional().describe('Path of the health check'),
  worker: z.boolean().optional().describe('Takes no requests: no port, no check'),
  region: z
    .string()
    .regex(/^[a-z]{3}$/, 'must be a region code such as ewr')
    .optional()
    .describe('Primary region, e.g. ewr'),
  memory: fields.memory.optional().describe('Of each machine, e.g. 512mb'),
  cpu_kind: z
    .enum(['shared', 'performance'])
    .optional()
    .describe('Kind of CPU')
    .meta(fields.untold),
  cpus: z.number().int().min(1).max(16).optional().describe('Of each machine').meta(fields.untold),
  grace_period: fields.duration.optional().describe('Time to start before checks count, e.g. 30s'),
  interval: fields.duration.optional().describe('Between checks').meta(fields.untold),
  timeout: fields.duration.optional().describe('Of one check').meta(fields.untold),
  auto_stop: z.enum(['off', 'stop', 'suspend']).optional().describe('What idle machines do'),
  auto_start: z
    .boolean()
    .optional()
    .describe('A request starts a stopped machine')
    .meta(fields.untold),
  min_machines_running: z
    .number()
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe('Machines that never stop'),
  force_https: z.boolean().optional().describe('HTTP redirects to HTTPS').meta(fields.untold),
  env: z
    .record(fields.envName, z.string().max(32_768))
    .optional()
    .describe('Variables to add or change; no secrets'),
  strategy: z
    .enum(['rolling', 'immediate', 'canary', 'bluegreen'])
    .optional()
    .describe('How machines are replaced')
    .meta(fields.untold),
  set: z
    .array(z.string().max(4096).regex(assignmentPattern, 'must be key.of.tables=value'))
    .max(50)
    .optional()
    .describe(
      'Other keys of fly.toml: vm.cpus=2, deploy.strategy=bluegreen, processes.worker=node w.js',
    ),
}

const settingsInput = z.strictObject(settingsShape)

/** The settings that were given, by the names that callers know. */
export type GivenSettings = z.output<typeof settingsInput>

/** What deploy_image takes. */
export const deployInput = z.strictObject({
  app: fields.app,
  image: fields.image,
  context: fields.context,
  base_config: z
    .string()
    .max(4096)
    .regex(/\.toml$/, 'must be the path of a .toml file')
    .optional()
    .describe('toml to start from instead of the app’s own'),
  ...settingsShape,
  required_secrets: z
    .array(fields.envName)
    .max(50)
    .optional()
    .describe('Names of secrets the app must have'),
  rollback_on_failure: z
    .boolean()
    .default(false)
    .describe('On failure go back to the last healthy release'),
  machines: z.number().int().min(1).max(50).optional().describe('How many; spares are destroyed'),
  ha: z.boolean().default(false).describe('Two machines on a first deploy').meta(fields.untold),
  wait_timeout: fields.duration
    .optional()
    .describe('How long flyctl waits for each machine')
    .meta(fields.untold),
  dry_run: z.boolean().default(false).describe('Show the toml and the command, change nothing'),
})

export type DeployInput = z.output<typeof deployInput>

/** What only an app has that takes requests. */
const ofService = [
  'internal_port',
  'health_path',
  'grace_period',
  'interval',
  'timeout',
  'auto_stop',
  'auto_start',
  'min_machines_running',
  'force_https',
] as const

/** Those of a call over those of earlier ones; variables by their names. Raises `invalid_input` for a worker with a port or a path. */
export function mergeSettings(earlier: GivenSettings, request: GivenSettings): GivenSettings {
  const kept = keepable(earlier, request)
  const env = { ...kept.env, ...request.env }
  const set = mergeAssignments(kept.set ?? [], request.set ?? [])
  const entries = Object.keys(settingsShape).map((name) => {
    const key = name as keyof GivenSettings
    if (key === 'env') return [key, Object.keys(env).length > 0 ? env : undefined]
    if (key === 'set') return [key, set.length > 0 ? set : undefined]
    return [key, request[key] ?? kept[key]]
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** An app that is a worker from now on, or no longer, keeps nothing of what it was. */
function keepable(kept: GivenSettings, request: GivenSettings): GivenSettings {
  const { internal_port, health_path, worker } = request
  const takesRequests = (internal_port ?? health_path) !== undefined
  if (worker && takesRequests) throw workerWithPort()
  const dropped: readonly string[] = worker ? ofService : takesRequests ? ['worker'] : []
  return Object.fromEntries(Object.entries(kept).filter(([name]) => !dropped.includes(name)))
}

/** Raised for settings that contradict each other. */
export function workerWithPort(): FlyopsError {
  return new FlyopsError('invalid_input', 'config', 'worker: a worker has no port and no path.', {
    remedy: 'Leave `internal_port` and `health_path` out, or `worker`.',
  })
}

/** Settings as they were written down; undefined where that is not what a caller could give. */
export function readSettings(json: string): GivenSettings | undefined {
  try {
    return settingsInput.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}

/** The same by the names of the toml. */
export function settingsOf(request: GivenSettings): DeploySettings {
  const settings = {
    internalPort: request.internal_port,
    healthPath: request.health_path,
    worker: request.worker,
    region: request.region,
    memory: request.memory,
    cpuKind: request.cpu_kind,
    cpus: request.cpus,
    gracePeriod: request.grace_period,
    interval: request.interval,
    timeout: request.timeout,
    autoStop: request.auto_stop,
    autoStart: request.auto_start,
    minMachinesRunning: request.min_machines_running,
    forceHttps: request.force_https,
    env: request.env,
    strategy: request.strategy,
    set: request.set,
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

/** What flyctl is told of a deploy, beside what the request says. */
type Chosen = Pick<DeployArguments, 'configPath' | 'smokeChecks'>

export function deployArguments(request: DeployInput, chosen: Chosen): DeployArguments {
  const { app, image, ha, wait_timeout: waitTimeout, strategy } = request
  return { app, image, ha, waitTimeout, strategy, ...chosen }
}
