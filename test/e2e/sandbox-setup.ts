import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { TestProject } from 'vitest/node'
import { mainScript } from '../support/paths.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** What `flyops sandbox env` says of the sandbox that all end-to-end tests share. */
    sandboxEnv: Record<string, string>
    /** A folder for the tests' own files; it goes away with the sandbox. */
    scratch: string
  }
}

/** Starts one sandbox for all end-to-end tests, as a user would, and takes it away afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await mkdtemp(join(tmpdir(), 'flyops-e2e-'))
  const state = join(scratch, 'sandbox')
  // The stand-in is what most tests use, also where a real flyctl is installed.
  const env = { FLYOPS_SANDBOX_IDLE_SECONDS: '3600', FLYOPS_FLYCTL: join(state, 'bin', 'flyctl') }
  const flyops = (...args: string[]) =>
    execa(process.execPath, [mainScript, 'sandbox', ...args, '--state', state], { env })
  await flyops('up', '--install')
  const { stdout } = await flyops('env')
  project.provide('sandboxEnv', readExports(stdout))
  project.provide('scratch', scratch)
  return async () => {
    await flyops('reset')
    await rm(scratch, { recursive: true, force: true })
  }
}

/** `export NAME='value'` lines. */
function readExports(text: string): Record<string, string> {
  const lines = text.matchAll(/^export (\w+)='(.*)'$/gm)
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]))
}
