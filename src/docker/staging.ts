import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { type ContextPaths, readBuildContext } from './build-context.js'
import type { BuilderKind } from './docker.js'

/** A context as the builder gets it. */
export interface StagedContext extends ContextPaths {
  remove(): Promise<void>
}

/**
 * Keeps files out of the image that are not part of the commit, without touching the user's folder:
 * BuildKit reads `<Dockerfile>.dockerignore` beside a copy of the Dockerfile, the builder before it gets
 * a copy of the context.
 */
export async function stageContext(
  kind: BuilderKind,
  paths: ContextPaths,
  excluded: readonly string[],
): Promise<StagedContext> {
  if (excluded.length === 0) return { ...paths, remove: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'flyops-build-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const staged =
      kind === 'legacy'
        ? await copyContext(folder, paths, excluded)
        : await ignoreMore(folder, paths, excluded)
    return { ...staged, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function ignoreMore(folder: string, paths: ContextPaths, excluded: readonly string[]) {
  const dockerfile = join(folder, 'Dockerfile')
  const { ignoreText } = await readBuildContext(paths)
  await writeFile(dockerfile, await readFile(paths.dockerfile))
  await writeFile(`${dockerfile}.dockerignore`, [ignoreText, ...excluded, ''].join('\n'))
  return { context: paths.context, dockerfile }
}

async function copyContext(folder: string, paths: ContextPaths, excluded: readonly string[]) {
  const context = join(folder, 'context')
  const kept = (path: string) =>
    !excluded.includes(relative(paths.context, path).split(sep).join('/'))
  await cp(paths.context, context, { recursive: true, filter: kept, verbatimSymlinks: true })
  return { context, dockerfile: paths.dockerfile }
}
