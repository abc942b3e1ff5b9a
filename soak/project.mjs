import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sample = fileURLToPath(new URL('../test/fixtures/apps/hello', import.meta.url))

/** A sample app under git, and folders for temporary files and for what flyops remembers, while `use` works. */
export async function withProject(use) {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-soak-'))
  const root = join(folder, 'project')
  const identity = ['-c', 'user.name=soak', '-c', 'user.email=soak@localhost']
  const git = (...args) => execFileSync('git', [...identity, ...args], { cwd: root })
  try {
    await cp(sample, root, { recursive: true })
    await writeFile(join(root, 'Failing'), 'FROM busybox\nRUN false\n')
    git('init', '--quiet')
    git('add', '--all')
    git('commit', '--quiet', '--message', 'Add hello')
    await writeFile(join(root, 'soak.env'), 'SOAK=value\n')
    const [temporary, state] = [join(folder, 'tmp'), join(folder, 'state')]
    for (const path of [temporary, state]) await mkdir(path, { mode: 0o700 })
    return await use({ root, temporary, state, home: folder })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
