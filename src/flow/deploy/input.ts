import { z } from 'zod'
import type { DeployArguments } from '../../fly/commands.js'
import type { DeploySettings } from '../../fly-toml/fly-toml.js'
import * as fields from '../fields.js'

/** What deploy_image takes; the names are those of fly.toml where it has one. */
export const deployInput = z.strictObject({
  app: fields.app,
  image: fields.image,
  context: fields.context,
  base_config: z
    .string()
    .max(4096)
    .regex(/\.toml$/, 'must be the path of a .toml file')
    .optional()
    .describe('toml to start from; default: fly-<app>.toml, else fly.toml'),
  internal_port: fields.port.optional().describe('Port the app listens on; default 8080'),
  health_path: fields.urlPath.optional().describe('Path of the health check; default /info'),
  region: z
    .string()
    .regex(/^[a-z]{3}$/, 'must be a region code such as ewr')
    .optional()
    .describe('Primary region; default ewr'),
  memory: fields.memory.optional().describe('e.g. 512mb; default 1gb'),
  cpu_kind: z.enum(['shared', 'performance']).optional().describe('Default shared'),
  cpus: z.number().int().min(1).max(16).optional().describe('Default 1'),
  grace_period: fields.duration
    .optional()
    .describe('Time to start before checks count; default 10s'),
  interval: fields.duration.optional().describe('Between checks; default 30s'),
  timeout: fields.duration.optional().describe('Of one check; default 5s'),
  auto_stop: z
    .enum(['off', 'stop', 'suspend'])
    .optional()
    .describe('For idle machines; default stop'),
  auto_start: z.boolean().optional().describe('A request starts a stopped machine; default true'),
  min_machines_running: z.number().int().min(0).max(100).optional().describe('Default 0'),
  force_https: z.boolean().optional().describe('Default true'),
  env: z
    .record(fields.envName, z.string().max(32_768))
    .optional()
    .describe('Merged by key into [env]; no secrets'),
  required_secrets: z
    .array(fields.envName)
    .max(50)
    .optional()
    .describe('Names of secrets that the app must have'),
  strategy: z
    .enum(['rolling', 'immediate', 'canary', 'bluegreen'])
    .optional()
    .describe('How machines are replaced; default rolling'),
  rollback_on_failure: z
    .boolean()
    .default(false)
    .describe('Return to the last healthy release where this one does not work'),
  ha: z.boolean().default(false).describe('Two machines on a first deploy'),
  wait_timeout: fields.duration.default('5m').describe('How long flyctl waits for each machine'),
  dry_run: z.boolean().default(false).describe('Show the toml and the command, change nothing'),
})

export type DeployInput = z.output<typeof deployInput>

/** The caller's settings for the toml, without those that were not given. */
export function settingsOf(request: DeployInput): DeploySettings {
  const settings = {
    internalPort: request.internal_port,
    healthPath: request.health_path,
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
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

/** What flyctl is told of a deploy; `configPath` is the toml's. */
export function deployArguments(request: DeployInput, configPath: string): DeployArguments {
  const { app, image, ha, wait_timeout: waitTimeout, strategy } = request
  return { app, configPath, image, ha, waitTimeout, strategy }
}
