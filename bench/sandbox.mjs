import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** The environment of a sandbox of its own, at that pace, for as long as `use` takes. */
export async function withSandbox(use, pace = 'quick') {
  const state = await mkdtemp(join(tmpdir(), 'flyops-bench-sandbox-'))
  const flyops = (...args) =>
    execFileSync(process.execPath, [main, 'sandbox', ...args, '--state', state], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  try {
    flyops('up', '--install', '--pace', pace)
    const lines = flyops('env').matchAll(/^export (\w+)='(.*)'$/gm)
    return await use(Object.fromEntries([...lines].map(([, name, value]) => [name, value])))
  } finally {
    flyops('reset')
    await rm(state, { recursive: true, force: true })
  }
}
