import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readBuildContext } from '../../docker/build-context.js'
import { hasCode } from '../../errors.js'
import type { SourceState } from '../../git/git.js'
import { type Check, type Finding, ok, warning } from './check.js'

export const gitState: Check = {
  name: 'git',
  fixWhenSlow: 'See in a terminal whether `git status` ends.',
  async run({ git, context }) {
    if (context === undefined) return noProject
    const place = { context, dockerfile: join(context, 'Dockerfile') }
    const { isSent } = await readBuildContext(place)
    try {
      return judgeState(await git.describe({ ...place, isSent }))
    } catch (error) {
      // Only build_image needs a repository.
      if (!hasCode(error, 'not_a_git_repo', 'no_commits')) throw error
      return warning(error.message, error.remedy)
    }
  },
}

export const dockerfile: Check = {
  name: 'dockerfile',
  fixWhenSlow: 'See whether the disk of the project folder answers.',
  async run({ context }) {
    if (context === undefined) return noProject
    const found = await stat(join(context, 'Dockerfile')).catch(() => undefined)
    if (found?.isFile()) return ok('Dockerfile')
    return warning(
      'There is no Dockerfile in the context.',
      'Write one, or say where it is with `context`, or with `dockerfile` of build_image.',
    )
  },
}

const noProject = warning(
  'Not checked: there is no project folder.',
  'Start flyops with --root DIR, or set FLYOPS_ROOT in the client’s settings.',
)

function judgeState({ shortCommit, dirtyPaths, dirtyDigest }: SourceState): Finding {
  if (dirtyDigest === undefined) return ok(`clean, at ${shortCommit}`)
  return warning(
    `${dirtyPaths.length} uncommitted in the context, the first ${dirtyPaths[0]}: images are tagged ${shortCommit}-dirty-${dirtyDigest}.`,
    'Commit, so that the image is the commit’s.',
  )
}
