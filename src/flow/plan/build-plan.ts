import { createHash } from 'node:crypto'
import { join, posix } from 'node:path'
import { type ContextPaths, readBuildContext } from '../../docker/build-context.js'
import { copying } from '../../docker/copied-paths.js'
import { FlyopsError, type Warning } from '../../errors.js'
import { type BuildSettings, readBuildSettings } from '../../fly-toml/build-settings.js'
import type { BaseConfig } from '../../fly-toml/fly-toml.js'
import type { SourceState } from '../../git/git.js'
import { dockerfileMissing } from '../build/dockerfile-missing.js'
import { checkElsewhere } from '../build/elsewhere.js'
import { buildInput } from '../build/input.js'
import { dirtyTag } from '../commit-tag.js'
import type { ToolContext } from '../context.js'
import { repositoryOf } from '../fly-image.js'

/** What decides a build. */
export interface BuildRequest {
  readonly app: string
  readonly context: string
  readonly dockerfile?: string | undefined
  readonly tag?: string | undefined
  readonly build_args?: Readonly<Record<string, string>> | undefined
  readonly target?: string | undefined
  readonly secrets?: Readonly<Record<string, object>> | undefined
  readonly platform: string
  readonly builder?: string | undefined
}

/** What a build would make, found out before it starts. */
export interface BuildPlan {
  /** Absolute paths. */
  readonly source: ContextPaths
  readonly state: SourceState
  readonly tag: string
  readonly image: string
  readonly target: string | undefined
  readonly args: Readonly<Record<string, string>>
  /** Hex digest of all that the image's content depends on. */
  readonly inputs: string
  /** What of the toml's `[build]` this build leaves aside. */
  readonly warnings: readonly Warning[]
}

/**
 * By the caller's arguments, else by `[build]` of the app's toml, whatever one it is. Raises what reading the
 * source raises, `dockerfile_missing`, `config_invalid` for a `[build]` that docker cannot follow, and `invalid_input` for
 * what the builder of the settings does not do.
 */
export async function planBuild(
  request: BuildRequest,
  context: ToolContext,
  base: BaseConfig | undefined,
): Promise<BuildPlan> {
  checkElsewhere(request, context)
  const wanted = completed(request, base)
  const source = await locate(wanted, context)
  const { isSent, dockerfileText = '' } = await readBuildContext(source)
  if (!/^\s*FROM\s/im.test(dockerfileText)) throw notADockerfile(context.folder, source)
  const needsToml = namesToml.test(dockerfileText)
  const described = await context.git.describe({
    ...source,
    isSent,
    needsToml,
    signal: context.signal,
  })
  const ignoredPaths = described.ignoredPaths.filter(copying(dockerfileText))
  const state = { ...described, ignoredPaths }
  const tag = chooseTag(request.tag, state)
  const image = `${repositoryOf(context.registryHost, request.app)}:${tag}`
  const { target, build_args: args = {}, warnings } = wanted
  const inputs = inputsOf(wanted, { state, dockerfileText })
  return { source, state, tag, image, target, args, inputs, warnings }
}

/** A Dockerfile that copies a fly.toml by its name wants it in the image; one that copies everything does not mean it. */
const namesToml = /\bfly[^\s/]*\.toml\b/

interface CompletedRequest extends BuildRequest {
  readonly ignorefile?: string | undefined
  readonly warnings: readonly Warning[]
}

/** What the caller leaves open, as `[build]` says; flyctl, too, lets the command line win (2026.8, deploy_build.go). */
function completed(request: BuildRequest, base: BaseConfig | undefined): CompletedRequest {
  if (base === undefined) return { ...request, warnings: [] }
  const settings = readBuildSettings(base)
  const { dockerfile, ignorefile, target, args, otherWay } = settings
  if (otherWay !== undefined && request.dockerfile === undefined)
    throw notByDocker(base.path, otherWay)
  const given = { target: request.target ?? target, build_args: { ...args, ...request.build_args } }
  const { data, error } = buildInput.pick({ target: true, build_args: true }).safeParse(given)
  if (data === undefined) throw notForDocker(base.path, error.issues[0])
  return {
    ...request,
    ...data,
    dockerfile: request.dockerfile ?? besideToml(base, dockerfile),
    ignorefile: besideToml(base, ignorefile),
    warnings: unusedIn(base, settings),
  }
}

function notForDocker(
  path: string,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): FlyopsError {
  const where = issue?.path.map(String).join('.') ?? ''
  const message = `${path}: [build] has what docker cannot be given: ${where}: ${issue?.message}.`
  return new FlyopsError('config_invalid', 'build', message, {
    remedy: `Repair [build] of ${path}.`,
  })
}

function besideToml({ path }: BaseConfig, file: string | undefined): string | undefined {
  return file === undefined ? undefined : posix.join(posix.dirname(path), file)
}

function unusedIn({ path }: BaseConfig, { unused }: BuildSettings): readonly Warning[] {
  if (unused.length === 0) return []
  const text = `${path} has ${unused.map((key) => `[build] ${key}`).join(', ')}, which says nothing to docker: the image is built without it.`
  return [{ code: 'build_setting_unused', cosmetic: false, text }]
}

function notByDocker(path: string, key: string): FlyopsError {
  return new FlyopsError(
    'config_invalid',
    'build',
    `${path} asks with [build] ${key} for what flyops does not do: it builds a Dockerfile of the project.`,
    {
      remedy: `Give \`dockerfile\`, or leave [build] ${key} out; else deploy it with \`flyctl deploy\`.`,
    },
  )
}

interface Content {
  readonly state: SourceState
  readonly dockerfileText: string
}

/**
 * What the commit and its work tree give the builder, not which commit it is: one that changes other files makes no new
 * image. Where files that git does not know enter it, or the Dockerfile asks git, each commit is one of its own.
 */
function inputsOf(request: CompletedRequest, { state, dockerfileText }: Content): string {
  const { build_args = {}, target, platform, secrets } = request
  const { contentDigest, dirtyDigest, ignoredPaths, commit } = state
  const args = Object.entries(build_args).sort(([one], [other]) => (one < other ? -1 : 1))
  const isOfCommit = ignoredPaths.length > 0 || /\bgit\b/.test(dockerfileText)
  const content = isOfCommit ? [commit, contentDigest] : [contentDigest]
  const parts = [content, dirtyDigest, dockerfileText, args, target, platform, secrets]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

async function locate(request: CompletedRequest, { folder }: ToolContext): Promise<ContextPaths> {
  const root = await folder.resolve('.', 'context', 'folder')
  const context = await folder.resolve(request.context, 'context', 'folder')
  const wanted = request.dockerfile ?? folder.display(join(context, 'Dockerfile'))
  const dockerfile = await folder
    .resolve(wanted, 'dockerfile', 'file')
    .catch(async (error: unknown) => {
      const isMissing =
        error instanceof FlyopsError && error.message.includes('there is no such file')
      throw isMissing
        ? await dockerfileMissing({ ...request, root, folder: context, dockerfile: wanted }, folder)
        : error
    })
  if (request.ignorefile === undefined) return { root, context, dockerfile }
  const ignorefile = await folder.resolve(request.ignorefile, '[build] ignorefile', 'file')
  return { root, context, dockerfile, ignorefile }
}

/** docker would show lines of it, and it may be a file that nobody should see. */
function notADockerfile(
  { display }: ToolContext['folder'],
  { dockerfile }: ContextPaths,
): FlyopsError {
  const message = `dockerfile: ${display(dockerfile)} has no FROM, so it is no Dockerfile.`
  return new FlyopsError('invalid_input', 'build', message, {
    remedy: 'Begin it with FROM and the image to build on, or say where the Dockerfile is.',
  })
}

/** The clean tag is for the commit's own content alone. */
function chooseTag(wanted: string | undefined, state: SourceState): string {
  if (state.dirtyDigest === undefined) return wanted ?? state.shortCommit
  const ownTag = dirtyTag(state.shortCommit, state.dirtyDigest)
  const namesCommit = wanted !== undefined && wanted.length >= 7 && state.commit.startsWith(wanted)
  if (!namesCommit) return wanted ?? ownTag
  throw new FlyopsError(
    'invalid_input',
    'build',
    `tag: ${wanted} names the commit, but the context has uncommitted changes.`,
    {
      remedy: `Commit them, or leave \`tag\` out: the image is then tagged ${ownTag}.`,
      evidence: state.dirtyPaths.slice(0, 20).join('\n'),
    },
  )
}
