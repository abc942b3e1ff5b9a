import { onlyLine } from './command.js'
import { lastValue } from './configuration.js'
import type { SourceState } from './git.js'
import type { OpenRepository } from './open-repository.js'
import { publicUrl } from './remote-url.js'

type Revision = Pick<SourceState, 'commit' | 'shortCommit' | 'committedAt' | 'sourceUrl'>

/** What the open repository's commit is, and where the repository comes from. */
export async function readRevision(repository: OpenRepository): Promise<Revision> {
  const { git, root, commit } = repository
  // A walk would read the parents, which a shallow clone does not have.
  const asked = ['log', '--no-walk', '--no-show-signature', '--format=%h %ct', commit, '--']
  const [shortCommit = '', seconds] = onlyLine(await git(root, asked)).split(' ')
  return {
    commit,
    shortCommit,
    committedAt: isoDate(Number(seconds)),
    sourceUrl: sourceUrl(repository),
  }
}

/** git keeps any number; ISO 8601 ends with the year 9999. */
function isoDate(seconds: number): string {
  const date = new Date(Math.min(seconds, Date.UTC(9999, 11, 31) / 1000) * 1000)
  return date.toISOString().replace('.000Z', 'Z')
}

export async function readShortCommit({ git, root, commit }: OpenRepository): Promise<string> {
  return onlyLine(await git(root, ['rev-parse', '--short', commit]))
}

/** Short SHA and subject of at most five commits, the newest first, one a line of at most 100 characters. */
export async function readNewestCommits({ git, root, commit }: OpenRepository): Promise<string> {
  const list = (walk: string) =>
    git(root, ['log', walk, '--no-show-signature', '--format=%h %s', commit, '--'])
  // A shallow clone does not have the parents that a walk reads.
  const printed = await list('--max-count=5').catch(() => list('--no-walk'))
  const lines = onlyLine(printed).split('\n')
  return lines.map((line) => line.slice(0, 100)).join('\n')
}

/** URL of the remote `origin` without credentials. */
export function sourceUrl({ configuration }: OpenRepository): string | undefined {
  return publicUrl(lastValue(configuration, 'remote.origin.url') ?? '')
}
