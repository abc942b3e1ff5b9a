import { cp, lstat, rm, writeFile } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { createPrivateFolder } from '../process/private-folders.js'
import { isInside } from '../project/inside.js'
import { type BuildContext, type ContextPaths, readBuildContext } from './build-context.js'
import type { BuilderKind } from './docker.js'
import { literalPattern } from './ignore-file.js'

/** A context as the builder gets it. */
export interface StagedContext extends ContextPaths {
  remove(): Promise<void>
}

/** What is written to the temporary folder, and from what. */
interface Staging {
  readonly folder: string
  readonly paths: ContextPaths
  readonly excluded: readonly string[]
  readonly ignore: BuildContext
}

/** A configuration as a deploy names it while it writes (src/fly-toml/write.ts): gone in the next moment. */
const beingWritten = /^\.fly-.*\.toml\.[0-9a-f]{12}\.tmp$/s

/**
 * Keeps files out of the image that are not part of the commit, without touching the user's folder:
 * BuildKit reads `<Dockerfile>.dockerignore` beside a copy of the Dockerfile; the legacy builder, which
 * knows no such file, gets a copy of the context.
 */
export async function stageContext(
  kind: BuilderKind,
  paths: ContextPaths,
  excluded: readonly string[],
): Promise<StagedContext> {
  const ignore = await readBuildContext(paths)
  const isFound = kind === 'legacy' ? !ignore.isOwn : paths.ignorefile === undefined
  const isAsItShouldBe = excluded.length === 0 && isFound
  if (isAsItShouldBe) return { ...paths, remove: async () => {} }
  const { path: folder, remove } = await createPrivateFolder('build')
  const staging = { folder, paths, excluded, ignore }
  try {
    const staged = await (kind === 'legacy' ? copyContext(staging) : ignoreMore(staging))
    return { ...staged, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function ignoreMore({ folder, paths, excluded, ignore }: Staging): Promise<ContextPaths> {
  const dockerfile = join(folder, 'Dockerfile')
  const lines = [ignore.ignoreText, ...excluded.map(literalPattern), '**/.fly-*.toml.*.tmp', '']
  await writeFile(dockerfile, ignore.dockerfileText ?? '')
  await writeFile(`${dockerfile}.dockerignore`, lines.join('\n'))
  return { ...paths, dockerfile }
}

async function copyContext({ folder, paths, excluded, ignore }: Staging): Promise<ContextPaths> {
  const context = join(folder, 'context')
  const fromContext = (path: string) => relative(paths.context, path)
  const kept = async (path: string) =>
    !excluded.includes(fromContext(path).split(sep).join('/')) &&
    !beingWritten.test(basename(path)) &&
    (await isCopied(path))
  await cp(paths.context, context, { recursive: true, filter: kept, verbatimSymlinks: true })
  if (ignore.isOwn) await replaceIgnore(join(context, '.dockerignore'), ignore.ignoreText)
  // A Dockerfile outside the context enters it under a random name (docker 20.10 to 28).
  const inside = fromContext(paths.dockerfile)
  const isInContext = isInside(paths.context, paths.dockerfile)
  return { ...paths, context, dockerfile: isInContext ? join(context, inside) : paths.dockerfile }
}

/** Named pipes, sockets and devices have no content that could be copied. */
async function isCopied(path: string): Promise<boolean> {
  const found = await lstat(path)
  return found.isFile() || found.isDirectory() || found.isSymbolicLink()
}

/** What is there may be a symbolic link: nothing is written through it. */
async function replaceIgnore(path: string, text: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await writeFile(path, text, { flag: 'wx' })
}
