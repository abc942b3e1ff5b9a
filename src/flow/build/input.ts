import { z } from 'zod'
import * as fields from '../fields.js'

const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/

const remoteRefPattern = /^(?!.*\.\.)[A-Za-z0-9][\w./-]{0,254}$/

/** With the suffixes that count back from a commit, which only a repository with its history can follow. */
const refPattern = /^(?!.*\.\.)[A-Za-z0-9][\w./-]{0,254}(?:~\d{0,3}|\^){0,20}$/

const ref = z
  .string()
  .regex(refPattern, 'must be a branch, tag or commit, or like HEAD~1')
  .optional()
  .describe('Commit, branch, tag or HEAD~1 instead of the work tree')

const source = z
  .strictObject({
    git_url: z.string().max(2048).describe('https URL, without credentials'),
    ref: z.string().regex(remoteRefPattern, 'must be a branch, tag or full commit'),
  })
  .optional()
  .describe('A commit of a repository elsewhere')

const secrets = z
  .record(
    z.string().regex(/^[A-Za-z0-9_][\w.-]{0,63}$/, 'must be the id of a secret'),
    z.strictObject({ env: fields.envName.optional(), file: z.string().max(4096).optional() }),
  )
  .optional()
  .describe('Build secrets by id, for RUN --mount=type=secret: from a variable or a file')

/** What build_image takes. */
export const buildInput = z.strictObject({
  app: fields.app,
  context: fields.context,
  dockerfile: z.string().max(4096).optional().describe('Its path; default: the one in context'),
  tag: z
    .string()
    .regex(tagPattern, 'must be an image tag')
    .optional()
    .describe('Image tag; default: the short commit SHA'),
  build_args: z
    .record(fields.envName, z.string().max(32_768))
    .optional()
    .describe('Build arguments; no secrets: they stay in the image'),
  target: z
    .string()
    .max(128)
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'must be the name of a build stage')
    .optional()
    .describe('Build stage of the Dockerfile'),
  platform: z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+\/[a-z0-9]+(\/v\d+)?$/, 'must be like linux/amd64')
    .default('linux/amd64')
    .describe('Fly machines run linux/amd64')
    .meta(fields.untold),
  no_cache: z.boolean().default(false).describe('Build every step again'),
  secrets,
  builder: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,127}$/, 'must be the name of a buildx instance')
    .optional()
    .describe('Name of a buildx builder; default: the selected one')
    .meta(fields.untold),
  ref,
  source,
})

export type BuildInput = z.output<typeof buildInput>
