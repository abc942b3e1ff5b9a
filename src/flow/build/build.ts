import type { BuildRequest, BuildSecret } from '../../docker/docker.js'
import type { Warning } from '../../errors.js'
import { inputsLabel, revisionLabel } from '../../fly/image-labels.js'
import type { SourceState } from '../../git/git.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { findBase } from '../plan/base.js'
import { type BuildPlan, planBuild } from '../plan/build-plan.js'
import { type Place, withSource } from '../plan/source.js'
import { recorded } from '../record/recorded.js'
import { hideValues } from '../secrets/hide-values.js'
import { findBuildSecrets } from './build-secrets.js'
import { deliver } from './deliver.js'
import { builtElsewhere } from './elsewhere.js'
import type { BuildInput } from './input.js'

/** Builds the work tree, or the commit that was asked for. */
export function buildFrom(request: BuildInput, context: ToolContext): Promise<Built> {
  return withSource(request, context, (place) => buildAndRecord(request, place, context))
}

export type Built = Awaited<ReturnType<typeof build>>

/** Builds what lies at that place, by that plan or a new one, and keeps a record of it. */
export function buildAndRecord(
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
    const plan = planned ?? (await planHere({ ...request, ...place }, atPlace))
    await note({ inputs: plan.inputs, committed_at: plan.state.committedAt })
    return build({ request, plan, secrets }, atPlace)
  })
}

async function planHere(request: BuildInput, context: ToolContext): Promise<BuildPlan> {
  const { base } = await findBase(request, context)
  return planBuild(request, context, base)
}

interface Build {
  readonly request: BuildInput
  readonly plan: BuildPlan
  readonly secrets: readonly BuildSecret[]
}

async function build({ request, plan, secrets }: Build, context: ToolContext) {
  const { source, state, tag, image, target, args } = plan
  const wanted = {
    ...source,
    image,
    platform: request.platform,
    ...(request.builder === undefined ? {} : { builder: request.builder }),
    ...(target === undefined ? {} : { target }),
    buildArgs: args,
    secrets,
    labels: labelsOf(plan),
    noCache: request.no_cache,
    excluded: state.deployConfigs,
    sourceDateEpoch: Math.floor(Date.parse(state.committedAt) / 1000),
  }
  const built = await (builtElsewhere(context) === undefined
    ? buildInEngine(wanted, request, context)
    : deliver(wanted, request, context))
  return {
    status: 'done' as const,
    image,
    tag,
    commit: state.commit,
    dirty: state.dirtyDigest !== undefined,
    ...built,
    warnings: [...plan.warnings, ...sourceWarnings(state), ...built.warnings],
  }
}

async function buildInEngine(wanted: BuildRequest, { app }: BuildInput, context: ToolContext) {
  const { image: tagged } = wanted
  const { image, steps, durationMs, warnings } = await context.docker.build(wanted, {
    signal: context.signal,
    onProgress: context.progress,
    onOutput: context.output,
  })
  return {
    image_id: image.imageId,
    architecture: image.architecture,
    size_bytes: image.sizeBytes,
    steps,
    duration_ms: durationMs,
    warnings,
    next: [
      next.createApp({ app }, 'the app must exist before its first push'),
      next.pushImage({ image: tagged }, 'Fly deploys from its registry'),
    ],
  }
}

/** The commit's date and never the clock: the same content has the same image id. */
function labelsOf({ state, inputs }: BuildPlan): Readonly<Record<string, string>> {
  return {
    [inputsLabel]: inputs,
    [revisionLabel]: state.commit,
    'org.opencontainers.image.created': state.committedAt,
    ...(state.sourceUrl === undefined
      ? {}
      : { 'org.opencontainers.image.source': state.sourceUrl }),
  }
}

/** What an image of that state may hold that its commit does not, or lack. */
export function sourceWarnings(state: SourceState): readonly Warning[] {
  const { dirtyPaths, unfilteredPaths, ignoredPaths, lfsPointers } = state
  const about = (code: string, paths: readonly string[], text: string) =>
    paths.length === 0 ? [] : [{ code, cosmetic: false, text }]
  return [
    ...about('dirty_context', dirtyPaths, `Uncommitted in the context: ${listed(dirtyPaths)}.`),
    ...about(
      'filter_not_run',
      unfilteredPaths,
      `These may be as committed: ${listed(unfilteredPaths)}. A filter converts them that only the repository's own configuration names, and flyops does not run it; put it into yours with \`git config --global\`.`,
    ),
    ...about(
      'ignored_files_sent',
      ignoredPaths,
      `Git ignores these, but the image may contain them: ${listed(ignoredPaths)}. Name them in .dockerignore.`,
    ),
    ...about(
      'lfs_pointers_sent',
      lfsPointers,
      `These are pointers of Git LFS, not the files that they stand for: ${listed(lfsPointers)}. Run \`git lfs pull\`, and build the work tree: for \`source\` none are fetched.`,
    ),
  ]
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, 10).join(', ')
  return paths.length > 10 ? `${shown} and ${paths.length - 10} more` : shown
}
