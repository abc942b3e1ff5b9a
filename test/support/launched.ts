import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { projectRoot } from './paths.js'

export const launcherFolder = join(projectRoot, 'src', 'launcher')

/** The launchers as they lie in the package, with a small program in the place of flyops. */
export interface Launched {
  /** An empty home. */
  readonly home: string
  launch(options?: {
    readonly nodeArgs?: readonly string[]
    readonly args?: readonly string[]
    readonly env?: Readonly<Record<string, string>>
    readonly input?: string
  }): { readonly status: number | null; readonly stdout: string; readonly stderr: string }
}

export async function prepareLaunch(app: string): Promise<Launched> {
  const root = await mkdtemp(join(tmpdir(), 'flyops-launcher-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const [dist, home] = [join(root, 'dist'), join(root, 'home')]
  await mkdir(dist)
  await mkdir(home)
  for (const name of await readdir(launcherFolder))
    await copyFile(join(launcherFolder, name), join(dist, name))
  await writeFile(join(root, 'package.json'), '{"type": "module", "version": "1.2.3"}')
  await writeFile(join(dist, 'app.js'), app)
  return {
    home,
    launch({ nodeArgs = [], args = [], env = {}, input = '' } = {}) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [...nodeArgs, join(dist, 'main.js'), ...args],
        { encoding: 'utf8', input, env: { HOME: home, ...env } },
      )
      return { status, stdout, stderr }
    },
  }
}

/** A program that tells where Node keeps what it has compiled. */
export const tellsCompileCache =
  'import { getCompileCacheDir } from "node:module"; process.stdout.write(getCompileCacheDir() ?? "nowhere")'
