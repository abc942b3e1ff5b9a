import type { RunGit } from './command.js'
import type { SourceState } from './git.js'
import { publicUrl } from './remote-url.js'

type Revision = Pick<SourceState, 'commit' | 'shortCommit' | 'committedAt'>

/** The top folder of the repository that `folder` lies in; raises `not_a_git_repo`. */
export async function readRoot(git: RunGit, folder: string): Promise<string> {
  return line(await git(folder, ['rev-parse', '--show-toplevel']))
}

/** What HEAD is; raises `no_commits`. */
export async function readRevision(git: RunGit, root: string): Promise<Revision> {
  const commit = line(await git(root, ['rev-parse', '--verify', 'HEAD']))
  const [shortCommit, seconds] = await Promise.all([
    git(root, ['rev-parse', '--short', commit]),
    git(root, ['log', '-1', '--no-show-signature', '--format=%ct', commit, '--']),
  ])
  return {
    commit,
    shortCommit: line(shortCommit),
    committedAt: new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z'),
  }
}

export async function readSourceUrl(git: RunGit, root: string): Promise<string | undefined> {
  return publicUrl(line(await git(root, ['config', '--default', '', '--get', 'remote.origin.url'])))
}

/** A folder's name may itself end in white space. */
function line(printed: string): string {
  return printed.replace(/\r?\n$/, '')
}
