import { type RunGit, splitNul } from './command.js'

/** What a configuration says, in the order in which it counts. */
export type Configuration = readonly Setting[]

interface Setting {
  /** Section and name in lower case. */
  readonly key: string
  readonly value: string
  /** Whether the repository says it, and not the user. */
  readonly isOfRepository: boolean
}

/** What decides how files are compared and named; none of it names a program. */
const keptKeys = new Set([
  'core.abbrev',
  'core.attributesfile',
  'core.autocrlf',
  'core.checkstat',
  'core.eol',
  'core.excludesfile',
  'core.filemode',
  'core.ignorecase',
  'core.longpaths',
  'core.precomposeunicode',
  'core.protecthfs',
  'core.protectntfs',
  'core.sparsecheckout',
  'core.sparsecheckoutcone',
  'core.symlinks',
  'core.trustctime',
  'extensions.objectformat',
  'index.sparse',
])

/** As `git lfs install --local` writes them: they name the program of the user's PATH, and nothing else. */
const lfsValues: Readonly<Record<string, readonly string[]>> = {
  'filter.lfs.clean': ['git-lfs clean -- %f'],
  'filter.lfs.process': ['git-lfs filter-process', 'git-lfs filter-process --skip'],
}

export async function readConfiguration(git: RunGit, root: string): Promise<Configuration> {
  const printed = await git(root, ['config', '--list', '--show-scope', '-z'])
  return splitNul(printed).flatMap((entry, index, parts) => {
    // Scope and setting by turns.
    if (index % 2 === 0) return []
    const scope = parts[index - 1]
    const end = entry.indexOf('\n')
    // A name alone means true.
    const [key, value] = end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)]
    return [{ key, value, isOfRepository: scope === 'local' || scope === 'worktree' }]
  })
}

export function lastValue(configuration: Configuration, key: string): string | undefined {
  return configuration.findLast((setting) => setting.key === key)?.value
}

/** A file of configuration that starts no program which the repository names. */
export function harmlessFile(configuration: Configuration): string {
  const kept = configuration.filter(({ key }) => keptKeys.has(key))
  // Extensions count from this version on (git help repository-version).
  const version = { key: 'core.repositoryFormatVersion', value: '1' }
  return [version, ...kept, ...ownLfs(configuration)].map(settingOf).join('')
}

/** Names of the filters for what git stores that only the repository has, and that the file leaves out. */
export function filtersLeftOut(configuration: Configuration): readonly string[] {
  const users = filtersOf(configuration.filter(({ isOfRepository }) => !isOfRepository))
  const kept = [...users, ...filtersOf(ownLfs(configuration))]
  return filtersOf(configuration).filter((name) => !kept.includes(name))
}

/** LFS where the repository has it as its own: nothing of it where something in it is another program. */
function ownLfs(configuration: Configuration): Configuration {
  const own = configuration.filter(({ key, isOfRepository }) => isOfRepository && key in lfsValues)
  return own.every(({ key, value }) => lfsValues[key]?.includes(value)) ? own : []
}

function filtersOf(configuration: Configuration): readonly string[] {
  const names = configuration.flatMap(
    ({ key }) => /^filter\.(.+)\.(?:clean|process)$/s.exec(key)?.[1] ?? [],
  )
  return [...new Set(names)]
}

function settingOf({ key, value }: Pick<Setting, 'key' | 'value'>): string {
  const parts = key.split('.')
  const [section, name, subsection] = [parts[0], parts.at(-1), parts.slice(1, -1).join('.')]
  const header = subsection === '' ? `[${section}]` : `[${section} "${subsection}"]`
  const escaped = value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')
  return `${header}\n\t${name} = "${escaped}"\n`
}
