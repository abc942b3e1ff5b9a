import { z } from 'zod'
import * as fields from '../fields.js'

/** What test_image takes. */
export const testInput = z.strictObject({
  image: fields.image,
  internal_port: fields.port.default(8080).describe('Port the app listens on'),
  health_path: fields.urlPath.default('/info').describe('Path that must answer 2xx'),
  env: z.record(fields.envName, fields.oneLine).optional().describe('No secrets'),
  memory: fields.memory
    .optional()
    .describe('Of the container, as the machine will have; default: no limit'),
  timeout: fields.duration.default('30s').describe('How long the app has to answer'),
})

export type TestInput = z.output<typeof testInput>
