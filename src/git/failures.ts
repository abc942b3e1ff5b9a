import { FlyopsError, type Stage } from '../errors.js'

/** Says in our words why git failed in a folder; `error` carries what git printed. */
export function explain(error: unknown, folder: string): FlyopsError {
  const printed = error instanceof Error ? error.message : String(error)
  if (/\bspawn \S*git\S* ENOENT\b/.test(printed)) return gitMissing(error)
  if (/dubious ownership|safe\.directory/.test(printed)) return notTrusted(printed, folder, error)
  if (/cannot use bare repository/.test(printed)) return amongFiles(folder, error)
  if (/not a git(?: repository|dir)|invalid gitfile|must be run in a work tree/.test(printed)) {
    return notRepository(folder, error)
  }
  if (/Needed a single revision/.test(printed)) return noCommits(folder, error)
  if (/bad (?:tree )?object|unable to read tree|missing (?:blob|tree|commit)/.test(printed)) {
    return incomplete(printed, folder, error)
  }
  return new FlyopsError('unknown_failure', 'preflight', 'git failed.', {
    remedy: `Run \`git status\` in ${folder} and repair what it says.`,
    evidence: printed.trim().slice(0, 2000),
    cause: error,
  })
}

/** The signal ended git, or what git was for. */
export function cancelled(stage: Stage, doing: string, cause?: unknown): FlyopsError {
  return new FlyopsError('cancelled', stage, `Cancelled while ${doing}.`, { retry: 'yes', cause })
}

/** There is no git. */
export function gitMissing(cause?: unknown): FlyopsError {
  return new FlyopsError('git_missing', 'preflight', 'git was not found.', {
    remedy: 'Install git, and see that its folder is in PATH.',
    cause,
  })
}

function notTrusted(printed: string, folder: string, cause: unknown): FlyopsError {
  const command = printed.match(/git config --global --add safe\.directory .+/)?.[0]
  const message = `Git does not trust the repository of ${folder}: it belongs to another user.`
  return new FlyopsError('not_a_git_repo', 'preflight', message, {
    remedy: `If you trust it, run \`${command ?? `git config --global --add safe.directory '${folder}'`}\`.`,
    cause,
  })
}

function notRepository(folder: string, cause: unknown): FlyopsError {
  const message = `${folder} is not in the work tree of a git repository.`
  return new FlyopsError('not_a_git_repo', 'preflight', message, {
    remedy: 'Run `git init`, then `git add .` and `git commit`: images are named after commits.',
    cause,
  })
}

/** What to do about a git directory that is not the `.git` of its work tree. */
export const giveAnother =
  'Give another folder; if the git directory is among the files of a repository, remove it from there.'

function amongFiles(folder: string, cause: unknown): FlyopsError {
  const message = `${folder} is a git directory, or lies in one, and not in a work tree.`
  return new FlyopsError('not_a_git_repo', 'preflight', message, {
    remedy: giveAnother,
    cause,
  })
}

/** As a partial clone is; git would fetch what is missing from where the repository says. */
function incomplete(printed: string, folder: string, cause: unknown): FlyopsError {
  const message = `The git repository of ${folder} does not have all that its commit needs.`
  return new FlyopsError('source_unavailable', 'preflight', message, {
    remedy: 'If you trust where it comes from, fetch the rest with `git fetch --refetch`.',
    evidence: printed.trim().slice(0, 2000),
    cause,
  })
}

function noCommits(folder: string, cause: unknown): FlyopsError {
  const message = `The git repository of ${folder} has no commits.`
  return new FlyopsError('no_commits', 'preflight', message, {
    remedy: 'Run `git add .` and `git commit`: images are named after commits.',
    cause,
  })
}
