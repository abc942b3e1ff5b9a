type Environment = Readonly<Record<string, string | undefined>>

/** The user's own configuration and the limits of the search for a repository. */
const keptNames = [
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CEILING_DIRECTORIES',
  'GIT_DISCOVERY_ACROSS_FILESYSTEM',
]

/** No lock that gets in the user's way, no question, no name read as a pattern. */
const fixed = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_LITERAL_PATHSPECS: '1',
}

/** The guarded variables that `gitEnvironment` may set; simple-git refuses any other. */
export const allowedNames: readonly string[] = [...keptNames, ...Object.keys(fixed)]

// simple-git 4 refuses these too: they name programs, which the commands used here never start.
const programs = /^(editor|visual|pager|ssh_askpass|prefix)$/i

/**
 * What git gets: no `GIT_DIR` and the like, which a git hook sets and which would lead to another
 * repository, and messages in English, for they are read.
 */
export function gitEnvironment(env: Environment): Record<string, string> {
  const own = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || !isPassedOn(name) ? [] : [[name, value] as const],
  )
  return { ...Object.fromEntries(own), ...fixed, LC_ALL: 'C' }
}

function isPassedOn(name: string): boolean {
  if (/^git_/i.test(name)) return keptNames.includes(name)
  return !programs.test(name)
}
