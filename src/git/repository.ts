import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { FlyopsError, hasCode } from '../errors.js'
import { onlyLine, type RunGit } from './command.js'
import { giveAnother } from './failures.js'

/** A repository with a work tree, as git finds it; absolute paths. */
export interface Repository {
  /** The work tree's top folder. */
  readonly root: string
  /** The work tree's own git directory, with its HEAD and index. */
  readonly gitDir: string
  /** What all work trees of the repository share. */
  readonly commonDir: string
}

/**
 * The repository that `folder` lies in. Asks nothing for which git starts a program, for its configuration
 * is anybody's. Raises `not_a_git_repo`, also where the nearest git directory is not the `.git` of its work
 * tree: one that hides among the files of another repository would answer in that one's place.
 */
export async function findRepository(git: RunGit, folder: string): Promise<Repository> {
  const asked = ['--show-toplevel', '--absolute-git-dir', '--git-common-dir']
  const printed = await git(folder, ['rev-parse', '--path-format=absolute', ...asked])
  const [root = '', gitDir = '', commonDir = '', ...more] = onlyLine(printed).split(/\r?\n/)
  // The name of a folder may have line breaks, and then it cannot be told where it ends.
  if (more.length > 0 || !(await isOwn(git, root, gitDir))) throw notItsOwn(folder, root)
  return { root, gitDir, commonDir }
}

async function isOwn(git: RunGit, root: string, gitDir: string): Promise<boolean> {
  const beside = join(root, '.git')
  const found = await realpath(gitDir)
  if ((await realpath(beside).catch(() => undefined)) === found) return true
  const asked = ['rev-parse', '--resolve-git-dir', beside]
  const own = await git(root, asked).catch((error: unknown) => {
    if (hasCode(error, 'not_a_git_repo')) return undefined
    throw error
  })
  return own !== undefined && (await realpath(onlyLine(own))) === found
}

/** The full SHA of a branch, tag or commit; raises `no_commits`. */
export async function readCommit(git: RunGit, root: string, ref = 'HEAD'): Promise<string> {
  const asked = ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`]
  return onlyLine(await git(root, asked))
}

function notItsOwn(folder: string, root: string): FlyopsError {
  const message = `The git directory found from ${folder} is not the .git of its work tree, ${root}.`
  return new FlyopsError('not_a_git_repo', 'preflight', message, {
    remedy: giveAnother,
  })
}
