import { z } from 'zod'
import * as fields from '../fields.js'

/** What test_image takes. */
export const testInput = z.strictObject({
  image: fields.image,
  context: fields.context,
  internal_port: fields.port.optional().describe('Port to ask; default: toml, else found out'),
  health_path: fields.urlPath.optional().describe('Path to ask; default: toml, else found out'),
  worker: z.boolean().default(false).describe('No server: passes by staying up'),
  env: z
    .record(fields.envName, fields.oneLine)
    .optional()
    .describe('Variables for the trial; no secrets'),
  secrets: z
    .array(fields.envName)
    .min(1)
    .max(50)
    .optional()
    .describe('Names of secrets for the trial; never values'),
  secrets_file: z
    .string()
    .max(4096)
    .optional()
    .describe('File of NAME=value lines with the secrets; default: environment of flyops'),
  memory: fields.memory.optional().describe('Memory limit, e.g. 512mb; default: toml'),
  timeout: fields.duration.optional().describe('Longest start-up; default 60s').meta(fields.untold),
})

export type TestInput = z.output<typeof testInput>
