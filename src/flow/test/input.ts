import { z } from 'zod'
import * as fields from '../fields.js'

/** What test_image takes. */
export const testInput = z.strictObject({
  image: fields.image,
  context: fields.context,
  internal_port: fields.port.optional().describe('Default: toml, else found out'),
  health_path: fields.urlPath.optional().describe('Default: toml, else found out'),
  worker: z.boolean().default(false).describe('Takes no requests'),
  env: z.record(fields.envName, fields.oneLine).optional().describe('No secrets'),
  secrets: z.array(fields.envName).min(1).max(50).optional().describe('Names alone'),
  secrets_file: z
    .string()
    .max(4096)
    .optional()
    .describe('NAME=value lines; default: environment of flyops'),
  memory: fields.memory.optional().describe('Default: toml'),
  timeout: fields.duration.optional().describe('To answer; default 60s'),
})

export type TestInput = z.output<typeof testInput>
