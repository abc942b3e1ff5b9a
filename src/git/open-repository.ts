import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPrivateFolder } from '../process/private-folders.js'
import { createRunGit, type RunGit } from './command.js'
import { type Configuration, harmlessFile, readConfiguration } from './configuration.js'
import type { Environment } from './environment.js'
import { findRepository, readCommit } from './repository.js'

/** A repository at one commit, on which git runs nothing that the repository contains or names. */
export interface OpenRepository {
  /** Absolute path of the work tree's top folder. */
  readonly root: string
  /** Full SHA. */
  readonly commit: string
  /** All of it; git gets the harmless part of what the repository says. */
  readonly configuration: Configuration
  /** Absolute path of a git directory of flyops's own, whose HEAD is the commit. */
  readonly gitDir: string
  /** Runs git with that directory on the repository's work tree, index and objects. */
  readonly git: RunGit
  /** Opens the repository of a submodule, given the submodule's absolute path. */
  openSubmodule(folder: string): Promise<OpenRepository>
  close(): Promise<void>
}

export interface Opening {
  readonly folder: string
  /** Branch, tag or commit; HEAD unless given. */
  readonly ref?: string
  /** A git directory, or the file that names it, in place of a search from the folder upwards. */
  readonly gitDir?: string
  /** Aborting it ends every git on the repository. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A repository's configuration and hooks name programs, which git starts while it only looks; so it runs
 * in a git directory that has neither. Raises `not_a_git_repo` and `no_commits`, the latter for any ref
 * that is not there.
 */
export async function openRepository(
  env: Environment,
  { folder, ref = 'HEAD', gitDir, signal }: Opening,
): Promise<OpenRepository> {
  const find = createRunGit(env, {
    signal,
    repository: gitDir === undefined ? undefined : { GIT_DIR: gitDir },
  })
  const repository = await findRepository(find, folder)
  const { root } = repository
  const [commit, configuration] = await Promise.all([
    readCommit(find, root, ref),
    readConfiguration(find, root),
  ])
  const own = await createPrivateFolder('git')
  try {
    await writeFile(join(own.path, 'HEAD'), `${commit}\n`)
    await writeFile(join(own.path, 'config'), harmlessFile(configuration))
    await mkdir(join(own.path, 'refs'))
    // Windows lets everybody make a junction, but not a symbolic link.
    for (const folder of ['objects', 'info'])
      await symlink(join(repository.commonDir, folder), join(own.path, folder), 'junction')
  } catch (error) {
    await own.remove()
    throw error
  }
  const index = join(repository.gitDir, 'index')
  const git = createRunGit(env, {
    signal,
    repository: { GIT_DIR: own.path, GIT_WORK_TREE: root, GIT_INDEX_FILE: index },
  })
  return {
    root,
    commit,
    configuration,
    gitDir: own.path,
    git,
    openSubmodule: (path) =>
      openRepository(env, { folder: path, gitDir: join(path, '.git'), signal }),
    close: own.remove,
  }
}
