import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { isConfigName, isWrittenName } from '../project/written-config.js'
import type { DescribeOptions } from './git.js'

/** Where a build reads from; absolute paths in folders without symbolic links, as git reports them. */
export interface Place {
  readonly root: string
  readonly context: string
  /** The Dockerfile and the ignore files that may apply, which count wherever they lie. */
  readonly steering: readonly string[]
  /** Whether a file may be settings of deploys, by its name. */
  readonly isConfigName: (name: string) => boolean
}

export async function resolvePlace(
  root: string,
  { context, dockerfile, needsToml }: DescribeOptions,
): Promise<Place> {
  const folder = await realpath(context)
  const file = join(await realpath(dirname(dockerfile)), basename(dockerfile))
  return {
    root: await realpath(root),
    context: folder,
    steering: [file, `${file}.dockerignore`, join(folder, '.dockerignore')],
    isConfigName: needsToml ? isWrittenName : isConfigName,
  }
}

/** `path` as seen from `folder`, with `/`; empty for the folder itself. */
export function pathFrom(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/')
}

/** Whether a path of `pathFrom` lies in its folder. */
export function isInside(path: string): boolean {
  return path !== '..' && !path.startsWith('../') && !isAbsolute(path)
}
