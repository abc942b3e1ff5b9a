import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder under git with a Dockerfile in it, committed, for as long as `use` takes. */
export async function withProject(use) {
  const root = await mkdtemp(join(tmpdir(), 'flyops-bench-'))
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost']
  const git = (...args) => execFileSync('git', [...identity, ...args], { cwd: root })
  try {
    await writeFile(join(root, 'Dockerfile'), 'FROM busybox\nRUN make\n')
    git('init', '--quiet')
    git('add', 'Dockerfile')
    git('commit', '--quiet', '--message', 'Add a Dockerfile')
    return await use(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}
