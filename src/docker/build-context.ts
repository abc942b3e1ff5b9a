import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import dockerIgnoreModule from '@balena/dockerignore'

// Its types say `export default`, its CommonJS code exports the function itself.
const dockerIgnore = dockerIgnoreModule as unknown as typeof dockerIgnoreModule.default

export interface BuildContext {
  /** The text of the ignore file that counts; empty where there is none. */
  readonly ignoreText: string
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
  const own = join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`)
  const ignoreText =
    (await readIfThere(own)) ?? (await readIfThere(join(context, '.dockerignore'))) ?? ''
  const matcher = dockerIgnore({ ignorecase: false }).add(ignoreText)
  return { ignoreText, isSent: (path) => !matcher.ignores(path.replace(/\/$/, '')) }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
