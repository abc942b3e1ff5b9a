import { z } from 'zod'
import * as fields from '../fields.js'

const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/

const refPattern = /^(?!.*\.\.)[A-Za-z0-9][\w./-]{0,254}$/

const ref = z
  .string()
  .regex(refPattern, 'must be a branch, tag or commit')
  .optional()
  .describe('Build this commit of the repository instead of the work tree')

const source = z
  .strictObject({
    git_url: z.string().max(2048).describe('https URL, without credentials'),
    ref: z.string().regex(refPattern, 'must be a branch, tag or full commit'),
  })
  .optional()
  .describe('Build a commit of a repository elsewhere: git_url, ref')

const secrets = z
  .record(
    z.string().regex(/^[A-Za-z0-9_][\w.-]{0,63}$/, 'must be the id of a secret'),
    z.strictObject({ env: fields.envName.optional(), file: z.string().max(4096).optional() }),
  )
  .optional()
  .describe(
    'BuildKit secrets by id, for RUN --mount=type=secret: {id: {env: NAME} or {file: PATH}}',
  )

/** What build_image takes. */
export const buildInput = z.strictObject({
  app: fields.app,
  context: fields.context,
  dockerfile: z
    .string()
    .max(4096)
    .optional()
    .describe('Dockerfile, relative to the project folder; default: the one in context'),
  tag: z
    .string()
    .regex(tagPattern, 'must be an image tag')
    .optional()
    .describe('Default: the short commit SHA'),
  build_args: z
    .record(fields.envName, z.string().max(32_768))
    .optional()
    .describe('Build arguments; no secrets, for they stay in the image'),
  target: z
    .string()
    .max(128)
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'must be the name of a build stage')
    .optional()
    .describe('Build stage'),
  platform: z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+\/[a-z0-9]+(\/v\d+)?$/, 'must be like linux/amd64')
    .default('linux/amd64')
    .describe('Fly machines run linux/amd64'),
  no_cache: z.boolean().default(false).describe('Build every step again'),
  secrets,
  builder: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,127}$/, 'must be the name of a buildx instance')
    .optional()
    .describe('buildx instance (remote, kubernetes …); default: the selected one'),
  ref,
  source,
})

export type BuildInput = z.output<typeof buildInput>
