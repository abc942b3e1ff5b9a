import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** The environment of a sandbox of its own, at that pace, for as long as `use` takes. */
export function withSandbox(use, pace = 'quick') {
  return withSandboxState(async ({ up }) => use(up('--pace', pace)))
}

/** A sandbox of its own, which is down at first: `up` gives its environment. It is gone when `use` is done. */
export async function withSandboxState(use, env = {}) {
  const state = await mkdtemp(join(tmpdir(), 'flyops-bench-sandbox-'))
  const flyops = (...args) =>
    execFileSync(process.execPath, [main, 'sandbox', ...args, '--state', state], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
  function up(...flags) {
    flyops('up', '--install', ...flags)
    const lines = flyops('env').matchAll(/^export (\w+)='(.*)'$/gm)
    return Object.fromEntries([...lines].map(([, name, value]) => [name, value]))
  }
  try {
    const pid = async () => JSON.parse(await readFile(join(state, 'run.json'), 'utf8')).pid
    return await use({ state, up, down: () => flyops('down'), pid })
  } finally {
    flyops('reset')
    await rm(state, { recursive: true, force: true })
  }
}
