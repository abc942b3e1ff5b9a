import { constants } from 'node:fs'
import { mkdir, open, readlink, realpath } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { FlyopsError } from '../errors.js'
import type { Environment } from './environment.js'
import { type OpenRepository, openRepository } from './open-repository.js'

/** What git says of files: `untracked` and `changed` ones make an image one of uncommitted changes. */
export type Listing = 'untracked' | 'changed' | 'unlisted'

/** Of files by their absolute paths, all in one folder; `unlisted` also where there is no repository, or no commit yet. */
export async function listingOf(env: Environment, files: readonly string[]): Promise<Listing> {
  const listed = await inRepository(env, files, async ({ root, git }, paths) =>
    git(root, ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--', ...paths]),
  )
  if (listed === undefined || listed === '') return 'unlisted'
  return listed.split('\0').some((entry) => entry.startsWith('? ')) ? 'untracked' : 'changed'
}

/** Has git overlook files in this work tree alone: by its info/exclude, which nobody else gets. Raises `invalid_input`. */
export async function exclude(env: Environment, files: readonly string[]): Promise<void> {
  await inRepository(env, files, async ({ gitDir }, paths) => {
    const folder = await readlink(join(gitDir, 'info'))
    await mkdir(folder, { recursive: true })
    const file = join(folder, 'exclude')
    // A repository may be anybody's: no link of its leads us to another file.
    const common = await realpath(dirname(folder))
    if ((await realpath(folder)) !== join(common, 'info')) throw notItsOwn(file)
    const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW = 0 } = constants
    const opened = await open(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o644).catch(
      (error: unknown) => {
        throw notItsOwn(file, error)
      },
    )
    try {
      const text = await opened.readFile('utf8')
      const known = text.split(/\r?\n/)
      const lines = paths.map((path) => `/${escaped(path)}`).filter((line) => !known.includes(line))
      const gap = text === '' || text.endsWith('\n') ? '' : '\n'
      if (lines.length > 0) await opened.appendFile(`${gap}${lines.join('\n')}\n`)
    } finally {
      await opened.close()
    }
  })
}

/** Paths from the top folder, with `/`; undefined where there is no repository that flyops reads. */
async function inRepository<T>(
  env: Environment,
  files: readonly string[],
  look: (repository: OpenRepository, paths: readonly string[]) => Promise<T>,
): Promise<T | undefined> {
  const folder = await realpath(dirname(files[0] ?? ''))
  const repository = await openRepository(env, { folder }).catch((error: unknown) => {
    if (error instanceof FlyopsError) return undefined
    throw error
  })
  if (repository === undefined) return undefined
  try {
    const root = await realpath(repository.root)
    const paths = files.map((file) =>
      relative(root, join(folder, file.slice(dirname(file).length))),
    )
    return await look(
      repository,
      paths.map((path) => path.split(sep).join('/')),
    )
  } finally {
    await repository.close()
  }
}

/** The signs that patterns are made of stand for themselves (git help gitignore). */
function escaped(path: string): string {
  return path.replaceAll(/[\\*?[\]# !]/g, '\\$&')
}

function notItsOwn(file: string, cause?: unknown): FlyopsError {
  return new FlyopsError(
    'invalid_input',
    'settings',
    `${file} is no file of the repository itself.`,
    {
      remedy: 'Write the lines into a file of your own: git config core.excludesFile.',
      cause,
    },
  )
}
