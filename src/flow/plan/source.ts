import { relative, resolve } from 'node:path'
import { FlyopsError } from '../../errors.js'
import type { Checkout } from '../../git/git.js'
import { createProjectFolder, type ProjectFolder } from '../../project/project-folder.js'
import type { BuildInput } from '../build/input.js'
import type { ToolContext } from '../context.js'

interface Request {
  readonly context: string
  readonly dockerfile?: string | undefined
  readonly ref?: string | undefined
  readonly source?: BuildInput['source']
}

/** Where a build reads from: paths as the request has them, and the folder that they stay in. */
export interface Place {
  readonly context: string
  readonly dockerfile: string | undefined
  readonly folder: ProjectFolder
}

/** Does work on the work tree, or on a private one of the commit that was asked for. */
export function withSource<T>(
  request: Request,
  context: ToolContext,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  return withSources(request, [request], context, ([place]) => work(place as Place))
}

type Paths = Pick<Request, 'context' | 'dockerfile'>

/** The same for several folders of one commit: a place for each of `paths`, in their order. */
export async function withSources<T>(
  { ref, source }: Pick<Request, 'ref' | 'source'>,
  paths: readonly Paths[],
  context: ToolContext,
  work: (places: readonly Place[]) => Promise<T>,
): Promise<T> {
  if (ref !== undefined && source !== undefined) throw onlyOne()
  if (ref === undefined && source === undefined) {
    const { folder } = context
    return work(
      paths.map(({ context: path, dockerfile }) => ({ context: path, dockerfile, folder })),
    )
  }
  context.progress({ message: 'fetching the source' })
  const checkout =
    source === undefined ? await local(paths, ref ?? '', context) : await remote(source, context)
  try {
    return await work(paths.map((each) => placeIn(checkout, each, source === undefined)))
  } finally {
    await checkout.remove()
  }
}

async function local(paths: readonly Paths[], ref: string, context: ToolContext) {
  const root = await context.folder.resolve('.', 'context', 'folder')
  for (const { context: path } of paths)
    await context.folder.resolve(path, 'context', 'folder').catch((error: unknown) => {
      // The folder may exist in that commit alone; but it must not lead out of the project.
      if (relative(root, resolve(root, path)).startsWith('..')) throw error
    })
  return context.git.checkOutLocal(
    { folder: root, ref },
    { ...context.sources, signal: context.signal },
  )
}

function remote({ git_url: url, ref }: NonNullable<Request['source']>, context: ToolContext) {
  const { gitHosts, gitToken: token } = context.sources
  checkUrl(url, gitHosts)
  return context.git.checkOutRemote(
    { url, ref, token },
    { ...context.sources, signal: context.signal },
  )
}

/** Paths of a local request start from the project folder, which may lie below the repository's top. */
function placeIn(
  { root, folder }: Checkout,
  { context, dockerfile }: Paths,
  isLocal: boolean,
): Place {
  const start = isLocal ? resolve(root, folder) : root
  return { context, dockerfile, folder: createProjectFolder(start) }
}

function checkUrl(text: string, hosts: readonly string[]): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['https:', 'http:'].includes(url.protocol))
    throw refused('it is not an https URL')
  if (url.username !== '' || url.password !== '' || url.search !== '')
    throw refused('it carries more than a host and a path')
  if (!hosts.includes(url.host)) throw refused(`${url.host} is not one of the allowed hosts`)
  if (url.protocol === 'http:' && !/^(?:127\.0\.0\.1|localhost)$/.test(url.hostname))
    throw refused('it is not encrypted')
}

function refused(reason: string): FlyopsError {
  return new FlyopsError(
    'invalid_input',
    'build',
    `source.git_url is refused, because ${reason}.`,
    {
      remedy: 'Give an https URL of a host that FLYOPS_GIT_HOSTS names.',
    },
  )
}

function onlyOne(): FlyopsError {
  return new FlyopsError('invalid_input', 'build', 'ref: it cannot be combined with source.', {
    remedy: 'Give `ref` for this repository, or `source` with its own ref.',
  })
}
