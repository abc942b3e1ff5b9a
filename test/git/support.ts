import { afterEach, beforeEach } from 'vitest'
import type { DescribeOptions, SourceState } from '../../src/git/git.js'
import {
  createTempFolder,
  createTempRepo,
  gitEnv,
  openGit,
  type TempRepo,
} from '../support/temp-repo.js'

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

/** Of the test that runs, in a file that begins with `useRepo()`. */
export let repo: TempRepo
/** A folder beside the repository. */
export let beside: TempRepo

/** Makes both anew for each test of the file. */
export function useRepo(): void {
  beforeEach(async () => {
    repo = await createTempRepo()
    beside = await createTempFolder()
  })
  afterEach(async () => {
    await repo.remove()
    await beside.remove()
  })
}
