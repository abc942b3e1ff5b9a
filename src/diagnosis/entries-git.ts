import type { Entry } from './diagnosis.js'

/** Before anything is built: git, and the programs on this machine. */
export const gitEntries: readonly Entry[] = [
  {
    id: 'not_a_git_repo',
    stage: 'preflight',
    pattern: /not a git repository/,
    cause: 'The folder is not in a git checkout, so no commit can name the image.',
    remedy:
      'Work in a checkout, or give build_image an explicit `tag` that a person has chosen; never make one up.',
    retry: 'no',
  },
  {
    id: 'no_commits',
    stage: 'preflight',
    pattern: /Needed a single revision|ambiguous argument 'HEAD'|does not have any commits yet/,
    cause: 'The repository has no commit yet, so there is nothing to name the image after.',
    remedy: 'Make a first commit with `git commit`, then call build_image again.',
    retry: 'no',
  },
  {
    id: 'flyctl_too_old',
    stage: 'preflight',
    pattern: /^Error: unknown (?:shorthand )?flag: |^Error: unknown command "/m,
    cause: 'This flyctl does not know an option or a command that it was called with.',
    remedy: 'Run `fly version upgrade`, or point FLYOPS_FLYCTL at a newer flyctl.',
    retry: 'no',
  },
]
