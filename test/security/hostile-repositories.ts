import { appendFile, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { repoAt, type TempRepo } from '../support/temp-repo.js'

/** What is asked of a hostile repository, and what must come of it. */
export interface Target {
  /** Folder of the repository. */
  readonly context: string
  readonly ref: string
  /** Its own commit is built; or it is no repository to use; or files of the commit are missing. */
  readonly outcome: Outcome
  /** The same, of the folder at that ref: there may be none. */
  readonly refOutcome: Outcome
}

type Outcome = 'built' | 'refused' | 'incomplete' | 'absent'

export interface Hostile {
  readonly name: string
  /** Makes a fresh repository, with a Dockerfile committed, name a program that git would start. */
  make(repo: TempRepo, program: string): Promise<Partial<Target>>
}

/** What a plain clone can hold: folders that are git directories themselves. */
export const clonable: readonly Hostile[] = [
  {
    name: 'a folder that is a git directory',
    async make(repo, program) {
      await commitGitDirectory(repo, `worktree = .\n${watching(program)}`)
      return { context: 'inner', outcome: 'refused' }
    },
  },
  {
    name: 'a folder below one that is a git directory',
    async make(repo, program) {
      await repo.write('inner/app/Dockerfile', 'FROM scratch\n')
      await commitGitDirectory(repo, `worktree = .\n${watching(program)}`)
      return { context: 'inner/app', outcome: 'refused' }
    },
  },
  {
    name: 'a git directory whose work tree is the folder above it',
    async make(repo, program) {
      await commitGitDirectory(repo, `worktree = ..\n${watching(program)}`)
      return { context: 'inner', outcome: 'refused' }
    },
  },
]

/** What an archive can hold: a `.git` with a configuration. */
const archived: readonly Hostile[] = [
  configured('a program that watches files', watching),
  configured('a program in an included file', () => '[include]\npath = ../included\n'),
  configured(
    'a program in a file that is included on a condition',
    () => '[includeIf "gitdir:**"]\npath = ../included\n',
  ),
  configured('a filter for what git stores', filtering('clean')),
  configured('a filter that keeps running', filtering('process')),
  configured('a filter that is called LFS', (program) =>
    filtering('clean')(program).replace('chosen', 'lfs'),
  ),
  {
    name: 'a configuration of the work tree alone',
    async make(repo, program) {
      await configure(repo, '[extensions]\nworktreeConfig = true\n')
      await repo.write('.git/config.worktree', watching(program))
      return {}
    },
  },
  {
    name: 'a .git file that names another folder',
    async make(repo, program) {
      await configure(repo, watching(program))
      await rename(repo.at('.git'), repo.at('elsewhere'))
      await repo.write('.git', 'gitdir: elsewhere\n')
      return {}
    },
  },
  {
    name: 'a .git that is a symbolic link',
    async make(repo, program) {
      await configure(repo, watching(program))
      await rename(repo.at('.git'), repo.at('elsewhere'))
      await symlink('elsewhere', repo.at('.git'))
      return {}
    },
  },
  {
    name: 'a git directory that shares the configuration of another one',
    async make(repo, program) {
      await repo.git('worktree', 'add', '--quiet', 'tree', '--detach')
      await configure(repo, watching(program))
      return { context: 'tree', refOutcome: 'absent' }
    },
  },
  {
    name: 'a nested repository with a work tree that is not its own',
    async make(repo, program) {
      const inner = await nestRepository(repo)
      await configure(inner, `${watching(program)}worktree = ../..\n`)
      return { context: 'inner', outcome: 'refused', refOutcome: 'absent' }
    },
  },
  submodule('a submodule that watches files', watching),
  submodule('a submodule with a filter', filtering('clean')),
  {
    name: 'a submodule with a git directory in its own folder',
    async make(repo, program) {
      const inner = await nestRepository(repo)
      await repo.git('add', 'inner')
      await repo.commitAll('Nest')
      await configure(inner, watching(program))
      return {}
    },
  },
  {
    name: 'a submodule of a submodule',
    async make(repo, program) {
      const sub = await addSubmodule(repo, 'sub')
      const deep = await addSubmodule(sub, 'deep')
      await repo.commitAll('Deepen')
      await configure(deep, filtering('clean')(program))
      await utimes(deep.at('a.txt'), 1, 1)
      return {}
    },
  },
  promisor('the program at the other end', 'url = /nowhere\nuploadpack = PROGRAM'),
  promisor('a URL that is a program', 'url = ext::PROGRAM', '[protocol]\nallow = always\n'),
  promisor('a remote helper', 'url = PROGRAM\nvcs = ext', '[protocol]\nallow = always\n'),
  promisor('a program for ssh', 'url = ssh://nowhere/x', '[core]\nsshCommand = PROGRAM\n'),
  promisor('a proxy for git', 'url = git://nowhere/x', '[core]\ngitProxy = PROGRAM\n'),
  promisor(
    'a credential helper',
    'url = http://127.0.0.1:1/x',
    '[credential]\nhelper = !PROGRAM\n[http]\nproxy = http://user@127.0.0.1:1\n',
  ),
  {
    name: 'a branch whose commit would be fetched',
    async make(repo, program) {
      await configure(repo, fetching('url = /nowhere\nuploadpack = PROGRAM')(program))
      await repo.write('.git/refs/heads/gone', `${'1234567890'.repeat(4)}\n`)
      return { ref: 'gone', refOutcome: 'absent' }
    },
  },
]

export const hostiles: readonly Hostile[] = [...clonable, ...archived]

type Config = (program: string) => string

function configured(name: string, config: Config): Hostile {
  return {
    name,
    async make(repo, program) {
      await repo.write('included', watching(program))
      await addFiltered(repo)
      await configure(repo, config(program))
      for (const name of ['a.txt', 'a.bin']) await utimes(repo.at(name), 1, 1)
      return {}
    },
  }
}

function submodule(name: string, config: Config): Hostile {
  return {
    name,
    async make(repo, program) {
      const sub = await addSubmodule(repo, 'sub')
      await configure(sub, config(program))
      await utimes(sub.at('a.txt'), 1, 1)
      return {}
    },
  }
}

/** Files of the commit are missing: git would fetch them as soon as it looks for one. */
function promisor(name: string, remote: string, more = ''): Hostile {
  return {
    name: `missing files that are fetched by ${name}`,
    async make(repo, program) {
      const tree = await repo.git('rev-parse', 'HEAD^{tree}')
      await rm(repo.at(`.git/objects/${tree.slice(0, 2)}/${tree.slice(2)}`))
      await configure(repo, fetching(remote, more)(program))
      return { outcome: 'incomplete' }
    },
  }
}

function watching(program: string): string {
  return `[core]\nfsmonitor = ${program}\n`
}

function filtering(kind: 'clean' | 'process'): Config {
  return (program) => `[filter "chosen"]\n${kind} = ${program}\nrequired = true\n`
}

function fetching(remote: string, more = ''): Config {
  const text = `[core]\nrepositoryFormatVersion = 1\n[extensions]\npartialClone = origin\n[remote "origin"]\npromisor = true\n${remote}\n${more}`
  return (program) => text.replaceAll('PROGRAM', program)
}

async function configure(repo: TempRepo, text: string): Promise<void> {
  const path = await repo.git('rev-parse', '--git-path', 'config')
  await appendFile(resolve(repo.root, path), text)
}

/** Committed files that go through filters, where there are any. */
export async function addFiltered(repo: TempRepo): Promise<void> {
  await repo.write('.gitattributes', '*.txt filter=chosen\n*.bin filter=lfs\n')
  await repo.write('a.txt', 'a')
  await repo.write('a.bin', 'a')
  await repo.commitAll('Filter')
}

async function nestRepository(repo: TempRepo): Promise<TempRepo> {
  await repo.write('inner/Dockerfile', 'FROM scratch\n')
  const inner = repoAt(repo.at('inner'))
  await inner.git('init', '--quiet', '--initial-branch=main')
  await inner.commitAll('Inner')
  return inner
}

/** In the folder `inner`: HEAD, index, objects and refs, as files of the commit. */
async function commitGitDirectory(repo: TempRepo, core: string): Promise<void> {
  const inner = await nestRepository(repo)
  for (const name of ['HEAD', 'index', 'objects', 'refs'])
    await rename(inner.at(`.git/${name}`), inner.at(name))
  await rm(inner.at('.git'), { recursive: true })
  await inner.write('config', `[core]\nrepositoryFormatVersion = 0\n${core}`)
  await repo.commitAll('Hide a git directory')
}

async function addSubmodule(repo: TempRepo, name: string): Promise<TempRepo> {
  const origin = repoAt(`${repo.root}-origin`)
  await mkdir(origin.root)
  await origin.git('init', '--quiet', '--initial-branch=main')
  await addFiltered(origin)
  await repo.git('submodule', '--quiet', 'add', origin.root, name)
  await repo.commitAll(`Add ${name}`)
  await origin.remove()
  return repoAt(repo.at(name))
}

/** A program that writes down that it was started, and with what environment. */
export async function writeRecorder(path: string, record: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\n{ echo started; env; } >>'${record}'\n`, { mode: 0o755 })
  return path
}
