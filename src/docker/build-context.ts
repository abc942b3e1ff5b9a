import { basename, dirname, join } from 'node:path'
import { readText } from '../project/safe-read.js'
import { createIgnore } from './ignore-file.js'

export interface BuildContext {
  /** Undefined where there is no Dockerfile. */
  readonly dockerfileText: string | undefined
  /** The text of the ignore file that counts; empty where there is none. */
  readonly ignoreText: string
  /** Whether it is another than the context's, which every builder looks at. */
  readonly isOwn: boolean
  /** Whether a path relative to the context, with `/`, is sent to the builder. */
  readonly isSent: (path: string) => boolean
}

/** Absolute paths. */
export interface ContextPaths {
  /** The project folder, symbolic links resolved: no file out of it is read. */
  readonly root: string
  readonly context: string
  readonly dockerfile: string
  /** In place of the ignore files that docker looks for. */
  readonly ignorefile?: string
}

/** Each of its patterns may be tried on each path. */
const maxIgnoreBytes = 64_000

/**
 * Reads what steers a build: the Dockerfile, and what keeps files out, the file that the caller names,
 * `<Dockerfile>.dockerignore` beside it, else `.dockerignore`. Raises `invalid_input` for one that `readText` refuses.
 */
export async function readBuildContext(paths: ContextPaths): Promise<BuildContext> {
  const { root, context, dockerfile, ignorefile } = paths
  const errors = { code: 'invalid_input', stage: 'build' } as const
  const readIgnore = (path: string) => readText({ root, path, ...errors, maxBytes: maxIgnoreBytes })
  const dockerfileText = await readText({ root, path: dockerfile, ...errors })
  const own = await readIgnore(
    ignorefile ?? join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`),
  )
  const ignoreText = own ?? (await readIgnore(join(context, '.dockerignore'))) ?? ''
  const isIgnored = createIgnore(ignoreText)
  return {
    dockerfileText,
    ignoreText,
    isOwn: own !== undefined,
    isSent: (path) => !isIgnored(path.replace(/\/$/, '')),
  }
}
