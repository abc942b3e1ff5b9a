import { z } from 'zod'
import type { BuildSecret } from '../docker/docker.js'
import type { Warning } from '../errors.js'
import type { SourceState } from '../git/git.js'
import { type BuildPlan, planBuild } from './build-plan.js'
import { buildSecrets, findBuildSecrets } from './build-secrets.js'
import { type Place, ref, source, withSource } from './build-source.js'
import { hideValues } from './hide-values.js'
import { defineLongTool } from './long-tool.js'
import * as fields from './parameters.js'
import { recorded } from './recorded.js'
import { addsOnly, type ToolContext } from './tool.js'

const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/

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
  secrets: buildSecrets,
  builder: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,127}$/, 'must be the name of a buildx instance')
    .optional()
    .describe('buildx instance (remote, kubernetes …); default: the selected one'),
  ref,
  source,
})

const output = z.object({
  status: fields.status,
  image: z.string().optional(),
  tag: z.string().optional(),
  commit: z.string().optional(),
  dirty: z.boolean().optional(),
  image_id: z.string().optional(),
  architecture: z.string().optional(),
  size_bytes: fields.count.optional(),
  steps: z.object({ total: fields.count, cached: fields.count }).optional(),
  duration_ms: fields.count.optional(),
  warnings: fields.warnings.optional(),
  next: fields.next.optional(),
})

export type BuildInput = z.output<typeof buildInput>
export type Built = z.output<typeof output>

export const buildImage = defineLongTool({
  name: 'build_image',
  title: 'Build an image of the current commit',
  description:
    'Builds a Docker image on the local engine and tags it <registry>/<app>:<short commit SHA>, with labels that name the commit. Uncommitted changes get a tag <sha>-dirty-<hash> of their own. Use it first; the same commit built again comes from the cache. Takes seconds to minutes and pushes nothing. Next: create_app if the app does not exist yet, then push_image with the returned image.',
  annotations: addsOnly,
  input: buildInput,
  output,
  stage: 'build',
  work: 'build',
  outlivesCaller: () => false,
  run: (request, context) =>
    withSource(request, context, (place) => buildRecorded(request, place, context)),
  summarize: ({ image, size_bytes = 0, duration_ms = 0 }) =>
    `Built ${image} (${Math.round(size_bytes / 1e6)} MB) in ${(duration_ms / 1000).toFixed(1)} s.`,
})

/** Builds what lies at that place, by that plan or a new one, and keeps a record of it. */
export function buildRecorded(
  request: BuildInput,
  { planned, folder, ...place }: Place & { readonly planned?: BuildPlan },
  context: ToolContext,
): Promise<Built> {
  const operation = { tool: 'build_image', app: request.app, args: request }
  return recorded(operation, context, async (note) => {
    // Files of secrets are the project's own, whatever commit is built.
    const secrets = await findBuildSecrets(request.secrets, context)
    hideValues(
      secrets.map(({ value }) => value),
      request.app,
      context,
    )
    const atPlace = { ...context, folder }
    const plan = planned ?? (await planBuild({ ...request, ...place }, atPlace))
    await note({ inputs: plan.inputs })
    return build({ request, plan, secrets }, atPlace)
  })
}

interface Build {
  readonly request: BuildInput
  readonly plan: BuildPlan
  readonly secrets: readonly BuildSecret[]
}

async function build({ request, plan, secrets }: Build, context: ToolContext): Promise<Built> {
  const { source, state, tag, image } = plan
  const built = await context.docker.build(
    {
      ...source,
      image,
      platform: request.platform,
      ...(request.builder === undefined ? {} : { builder: request.builder }),
      ...(request.target === undefined ? {} : { target: request.target }),
      buildArgs: request.build_args ?? {},
      secrets,
      labels: labelsOf(state),
      noCache: request.no_cache,
      excluded: state.writtenConfigs,
      sourceDateEpoch: Math.floor(Date.parse(state.committedAt) / 1000),
    },
    { signal: context.signal, onProgress: context.progress, onOutput: context.output },
  )
  return {
    status: 'done' as const,
    image,
    tag,
    commit: state.commit,
    dirty: state.dirtyDigest !== undefined,
    image_id: built.image.imageId,
    architecture: built.image.architecture,
    size_bytes: built.image.sizeBytes,
    steps: built.steps,
    duration_ms: built.durationMs,
    warnings: [...sourceWarnings(state), ...built.warnings],
    next: [
      {
        tool: 'create_app',
        arguments: { app: request.app },
        why: 'the app must exist before its first push',
      },
      { tool: 'push_image', arguments: { image }, why: 'Fly deploys from its registry' },
    ],
  }
}

/** The commit's date and never the clock: the same content has the same image id. */
function labelsOf(state: SourceState): Readonly<Record<string, string>> {
  return {
    'org.opencontainers.image.revision': state.commit,
    'org.opencontainers.image.created': state.committedAt,
    ...(state.sourceUrl === undefined
      ? {}
      : { 'org.opencontainers.image.source': state.sourceUrl }),
  }
}

function sourceWarnings(state: SourceState): readonly Warning[] {
  const { dirtyPaths, ignoredPaths } = state
  return [
    ...(dirtyPaths.length === 0
      ? []
      : [
          {
            code: 'dirty_context',
            cosmetic: false,
            text: `Uncommitted in the context: ${listed(dirtyPaths)}.`,
          },
        ]),
    ...(ignoredPaths.length === 0
      ? []
      : [
          {
            code: 'ignored_files_sent',
            cosmetic: false,
            text: `Git ignores these, but the image may contain them: ${listed(ignoredPaths)}. Name them in .dockerignore.`,
          },
        ]),
  ]
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, 10).join(', ')
  return paths.length > 10 ? `${shown} and ${paths.length - 10} more` : shown
}
