import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { fixtureApp } from './paths.js'

/** A git repository with one of the small apps in it, committed. */
export interface Project {
  readonly root: string
  write(path: string, text: string): Promise<void>
  git(...args: string[]): Promise<string>
  remove(): Promise<void>
}

export function createProject(app: string): Promise<Project> {
  return createProjectWith(app, (root) => cp(fixtureApp(app), root, { recursive: true }))
}

/** A git repository with the files that `fill` puts there, committed. */
export async function createProjectWith(
  name: string,
  fill: (root: string) => Promise<void>,
): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'flyops-project-'))
  await fill(root)
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost']
  async function git(...args: string[]): Promise<string> {
    return (await execa('git', [...identity, ...args], { cwd: root })).stdout
  }
  await git('init', '--quiet')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', `Add ${name}`)
  return {
    root,
    git,
    write: (path, text) => writeFile(join(root, path), text),
    remove: () => rm(root, { recursive: true, force: true }),
  }
}
