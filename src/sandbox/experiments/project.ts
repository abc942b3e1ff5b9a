import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FlyopsError } from '../../errors.js'
import type { Run } from '../../process/command.js'
import { findProgram } from '../../process/programs.js'
import type { Environment } from '../options.js'

export interface ProjectOptions {
  readonly folder: string
  readonly env: Environment
  readonly run: Run
}

/** The repository that a scenario's command works in. */
export interface Project {
  /** Writes the files and commits them; the result is the whole commit. The same files give the same commit. */
  commit(files: Readonly<Record<string, string>>, message: string): Promise<string>
}

/** The time of every commit, for the same commits in every run. */
const date = '2024-05-06T07:08:09Z'

/** Makes an empty repository. Raises `git_missing`, or `internal` where git fails. */
export async function createProject({ folder, env, run }: ProjectOptions): Promise<Project> {
  const { program } = await findProgram({ names: ['git'], path: env.PATH, folders: [] })
  if (program === undefined)
    throw new FlyopsError('git_missing', 'sandbox', 'git is not installed.', {
      remedy: 'Install git: a scenario needs a repository.',
    })
  const person = { NAME: 'flyops', EMAIL: 'flyops@localhost', DATE: date }
  const who = Object.entries(person).flatMap(([name, value]) =>
    ['AUTHOR', 'COMMITTER'].map((role) => [`GIT_${role}_${name}`, value] as const),
  )
  const gitEnv = {
    PATH: env.PATH,
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    ...Object.fromEntries(who),
  }
  async function git(...args: readonly string[]): Promise<string> {
    const { outcome, stdout, stderr } = await run({
      program: program ?? '',
      args,
      env: gitEnv,
      cwd: folder,
    })
    if (outcome === 'ok') return stdout.trim()
    throw new FlyopsError('internal', 'sandbox', `git ${args[0]} failed for a scenario.`, {
      evidence: stderr,
    })
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await git('init', '--quiet', '--initial-branch=main')
  return {
    async commit(files, message) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true })
        await writeFile(join(folder, path), text)
      }
      await git('add', '--all')
      await git('commit', '--quiet', '--allow-empty', `--message=${message}`)
      return git('rev-parse', 'HEAD')
    },
  }
}
