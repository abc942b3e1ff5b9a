import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { createGit } from '../../src/git/create-git.js'
import type { Git } from '../../src/git/git.js'
import type { Log } from '../../src/log.js'
import { findProgram } from '../../src/process/programs.js'
import { createRunner } from '../../src/process/runner.js'

/** Git without the configuration of whoever runs the tests. */
export const gitEnv: Readonly<Record<string, string | undefined>> = {
  PATH: process.env.PATH,
  HOME: tmpdir(),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CEILING_DIRECTORIES: tmpdir(),
}

/** Our git client, on the git of whoever runs the tests. */
export function openGit(env: Readonly<Record<string, string | undefined>> = gitEnv): Git {
  const log = { info() {} } as unknown as Log
  const { run } = createRunner({ log, redact: (text) => text })
  const find = () => findProgram({ names: ['git'], path: process.env.PATH, folders: [] })
  return createGit({ env, run, find })
}

/** A folder for a test, with git in it. */
export interface TempRepo {
  readonly root: string
  at(path: string): string
  /** Makes the folders above the file too. */
  write(path: string, text: string): Promise<void>
  git(...args: string[]): Promise<string>
  commitAll(message?: string): Promise<void>
  remove(): Promise<void>
}

export async function createTempFolder(): Promise<TempRepo> {
  return repoAt(await realpath(await mkdtemp(join(tmpdir(), 'flyops-repo-'))))
}

/** With a Dockerfile, committed. */
export async function createTempRepo(): Promise<TempRepo> {
  const repo = await createTempFolder()
  await repo.git('init', '--quiet', '--initial-branch=main')
  await repo.write('Dockerfile', 'FROM scratch\n')
  await repo.commitAll()
  return repo
}

/** A repository that is there already, such as a clone. */
export function repoAt(root: string): TempRepo {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost']
  const local = ['-c', 'protocol.file.allow=always']
  async function git(...args: string[]): Promise<string> {
    const env = { ...gitEnv, GIT_COMMITTER_DATE: '2024-05-06T07:08:09+02:00' }
    const options = { cwd: root, env, extendEnv: false }
    return (await execa('git', [...identity, ...local, ...args], options)).stdout
  }
  return {
    root,
    git,
    at: (path) => join(root, path),
    async write(path, text) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    },
    async commitAll(message = 'Change') {
      await git('add', '--all')
      await git('commit', '--quiet', '--message', message)
    },
    remove: () => rm(root, { recursive: true, force: true }),
  }
}
