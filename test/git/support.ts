import type { DescribeOptions, SourceState } from '../../src/git/git.js'
import { gitEnv, openGit, type TempRepo } from '../support/temp-repo.js'

interface Overrides extends Partial<DescribeOptions> {
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Describes the whole repository with everything sent, unless told otherwise. */
export function describeRepo(repo: TempRepo, overrides: Overrides = {}): Promise<SourceState> {
  const { env = gitEnv, ...options } = overrides
  return openGit(env).describe({
    context: repo.root,
    dockerfile: repo.at('Dockerfile'),
    isSent: () => true,
    ...options,
  })
}
