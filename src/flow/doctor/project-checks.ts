import { join } from 'node:path'
import { readBuildContext } from '../../docker/build-context.js'
import { hasCode } from '../../errors.js'
import type { SourceState } from '../../git/git.js'
import { dirtyTag } from '../commit-tag.js'
import { type Check, type Finding, ok, type Scene, warning } from './check.js'

export const gitState: Check = {
  name: 'git',
  fixWhenSlow: 'See in a terminal whether `git status` ends.',
  async run({ git, project, signal }) {
    if (project === undefined) return noProject
    const place = placeOf(project)
    try {
      const { isSent } = await readBuildContext(place)
      return judgeState(await git.describe({ ...place, isSent, signal }))
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
  async run({ project }) {
    if (project === undefined) return noProject
    const { dockerfileText } = await readBuildContext(placeOf(project))
    if (dockerfileText !== undefined) return ok('Dockerfile')
    return warning(
      'There is no Dockerfile in the context.',
      'Write one, or say where it is with `context`, or with `dockerfile` of build_image.',
    )
  },
}

function placeOf({ root, context }: NonNullable<Scene['project']>) {
  return { root, context, dockerfile: join(context, 'Dockerfile') }
}

const noProject = warning(
  'Not checked: there is no project folder.',
  'Start flyops with --root DIR, or set FLYOPS_ROOT in the client’s settings.',
)

function judgeState({ shortCommit, dirtyPaths, dirtyDigest }: SourceState): Finding {
  if (dirtyDigest === undefined) return ok(`clean, at ${shortCommit}`)
  return warning(
    `${dirtyPaths.length} uncommitted in the context, the first ${dirtyPaths[0]}: images are tagged ${dirtyTag(shortCommit, dirtyDigest)}.`,
    'Commit, so that the image is the commit’s; what holds secrets belongs into .gitignore and .dockerignore.',
  )
}
