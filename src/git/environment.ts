import { delimiter, isAbsolute } from 'node:path'

export type Environment = Readonly<Record<string, string | undefined>>

/** The user's own configuration and the limits of the search for a repository. */
const keptNames = [
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CEILING_DIRECTORIES',
  'GIT_DISCOVERY_ACROSS_FILESYSTEM',
]

/** What git and the user's own helpers need to start, to reach a host and to find their settings. */
const passedOn = [
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|TMP|TEMP|XDG_\w+|LD_LIBRARY_PATH)$/i,
  /^(?:(?:HTTPS?|ALL|NO)_PROXY|SSL_CERT_(?:FILE|DIR)|NIX_SSL_CERT_FILE|CURL_CA_BUNDLE)$/i,
  /^(?:DBUS_SESSION_BUS_ADDRESS|GNUPGHOME|PASSWORD_STORE_DIR)$/i,
  /^(?:SYSTEM(?:ROOT|DRIVE)|WINDIR|COMSPEC|PATHEXT|(?:LOCAL)?APPDATA|PROGRAM(?:DATA|FILES.*)|USERPROFILE|HOME(?:DRIVE|PATH))$/i,
]

/** Holds over every file of configuration. */
const settings = {
  // A folder of the work tree that is a git directory itself is no repository to use (git 2.38).
  'safe.bareRepository': 'explicit',
  'core.fsmonitor': '',
  'core.hooksPath': '/dev/null',
}

/**
 * No lock that gets in the user's way, no question, no name read as a pattern; and no object that is
 * missing is fetched (git 2.39.4), by any protocol.
 */
const fixed: Readonly<Record<string, string>> = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: '',
  ...configEnvironment(settings),
}

/** Where a command finds its repository, in place of a search. */
export interface GivenRepository {
  readonly GIT_DIR: string
  readonly GIT_WORK_TREE?: string
  readonly GIT_INDEX_FILE?: string
}

/** The guarded variables that flyops may set; simple-git refuses any other. */
export const allowedNames: readonly string[] = [
  ...keptNames,
  ...Object.keys(fixed),
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
]

/**
 * What git gets: no token of any kind, no `GIT_DIR` and the like, which a git hook sets and which would lead
 * to another repository, and messages in English, for they are read. `more` is configuration.
 */
export function gitEnvironment(
  env: Environment,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const own = Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || !isPassedOn(name)) return []
    return [[name, /^path$/i.test(name) ? absoluteOnly(value) : value] as const]
  })
  const configured = configEnvironment({ ...settings, ...more })
  return { ...Object.fromEntries(own), ...fixed, ...configured, LC_ALL: 'C' }
}

function isPassedOn(name: string): boolean {
  return keptNames.includes(name) || passedOn.some((pattern) => pattern.test(name))
}

/** What is relative would be looked up among the files of the repository, where git is started. */
function absoluteOnly(path: string): string {
  return path.split(delimiter).filter(isAbsolute).join(delimiter)
}

/** Configuration as git takes it from its environment (git 2.31). */
function configEnvironment(config: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(config).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return Object.fromEntries([['GIT_CONFIG_COUNT', String(pairs.length / 2)], ...pairs])
}
