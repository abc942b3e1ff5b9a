import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createIgnore } from './ignore-file.js'

export interface BuildContext {
  /** The text of the ignore file that counts; empty where there is none. */
  readonly ignoreText: string
  /** Whether it is the Dockerfile's own, which only BuildKit looks at. */
  readonly isOwn: boolean
  /** Whether a path relative to the context, with `/`, is sent to the builder. */
  readonly isSent: (path: string) => boolean
}

export interface ContextPaths {
  /** Absolute paths. */
  readonly context: string
  readonly dockerfile: string
}

/** Reads what keeps files out: `<Dockerfile>.dockerignore` beside the Dockerfile, else `.dockerignore`. */
export async function readBuildContext({
  context,
  dockerfile,
}: ContextPaths): Promise<BuildContext> {
  const own = await readIfThere(join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`))
  const ignoreText = own ?? (await readIfThere(join(context, '.dockerignore'))) ?? ''
  const isIgnored = createIgnore(ignoreText)
  return {
    ignoreText,
    isOwn: own !== undefined,
    isSent: (path) => !isIgnored(path.replace(/\/$/, '')),
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
