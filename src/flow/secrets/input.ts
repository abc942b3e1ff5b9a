import { z } from 'zod'
import * as fields from '../fields.js'

/** What set_secrets takes. */
export const setSecretsInput = z.strictObject({
  app: fields.app,
  names: z
    .array(fields.envName)
    .min(1)
    .max(50)
    .describe('Names of the secrets; never their values'),
  from: z
    .enum(['env', 'file'])
    .describe('Where the values are: the environment of flyops, or a file of NAME=value lines'),
  file: z.string().max(4096).optional().describe('For from=file, relative to the project folder'),
  stage: z
    .boolean()
    .default(false)
    .describe('Set them with the next deploy, and start nothing now'),
})

export type SetSecretsInput = z.output<typeof setSecretsInput>
