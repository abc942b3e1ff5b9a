import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type ContextPaths, readBuildContext } from '../../docker/build-context.js'
import { FlyopsError } from '../../errors.js'
import type { SourceState } from '../../git/git.js'
import { dockerfileMissing } from '../build/dockerfile-missing.js'
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
}

/** What a build would make, found out before it starts. */
export interface BuildPlan {
  /** Absolute paths. */
  readonly source: ContextPaths
  readonly state: SourceState
  readonly tag: string
  readonly image: string
  /** Hex digest of all that the image's content depends on. */
  readonly inputs: string
}

/** Raises what reading the source raises, and `dockerfile_missing`. */
export async function planBuild(request: BuildRequest, context: ToolContext): Promise<BuildPlan> {
  const source = await locate(request, context)
  const { isSent, dockerfileText = '' } = await readBuildContext(source)
  if (!/^\s*FROM\s/im.test(dockerfileText)) throw notADockerfile(context.folder, source)
  const state = await context.git.describe({ ...source, isSent, signal: context.signal })
  const tag = chooseTag(request.tag, state)
  const image = `${repositoryOf(context.registryHost, request.app)}:${tag}`
  return { source, state, tag, image, inputs: inputsOf(request, state) }
}

function inputsOf(request: BuildRequest, { commit, dirtyDigest }: SourceState): string {
  const { context, dockerfile, build_args = {}, target, platform, secrets } = request
  const args = Object.entries(build_args).sort(([one], [other]) => (one < other ? -1 : 1))
  const parts = [commit, dirtyDigest, context, dockerfile, args, target, platform, secrets]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

async function locate(request: BuildRequest, { folder }: ToolContext): Promise<ContextPaths> {
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
  return { root, context, dockerfile }
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
  const dirtyTag = `${state.shortCommit}-dirty-${state.dirtyDigest}`
  const namesCommit = wanted !== undefined && wanted.length >= 7 && state.commit.startsWith(wanted)
  if (!namesCommit) return wanted ?? dirtyTag
  throw new FlyopsError(
    'invalid_input',
    'build',
    `tag: ${wanted} names the commit, but the context has uncommitted changes.`,
    {
      remedy: `Commit them, or leave \`tag\` out: the image is then tagged ${dirtyTag}.`,
      evidence: state.dirtyPaths.slice(0, 20).join('\n'),
    },
  )
}
