import { z } from 'zod'
import * as fields from '../fields.js'

/** What test_image takes. */
export const testInput = z.strictObject({
  image: fields.image,
  context: fields.context,
  internal_port: fields.port
    .optional()
    .describe('Port it listens on; default: toml, else found out'),
  health_path: fields.urlPath
    .optional()
    .describe('Must answer 2xx; default: toml, else found out'),
  worker: z.boolean().default(false).describe('Takes no requests: passes by staying up'),
  env: z.record(fields.envName, fields.oneLine).optional().describe('No secrets'),
  secrets: z
    .array(fields.envName)
    .min(1)
    .max(50)
    .optional()
    .describe('Names of secrets, never values'),
  secrets_file: z
    .string()
    .max(4096)
    .optional()
    .describe('NAME=value lines with them; default: environment of flyops'),
  memory: fields.memory
    .optional()
    .describe('Of the container; default: toml, else no limit'),
  timeout: fields.duration
    .optional()
    .describe('To answer; default: until settled, 30s at most'),
})

export type TestInput = z.output<typeof testInput>
