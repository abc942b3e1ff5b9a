import type { TestProject } from 'vitest/node'
import { startTestSandbox } from './test-sandbox.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** What `flyops sandbox env` says of the sandbox that end-to-end tests share. */
    sandboxEnv: Record<string, string>
    /** A folder for the tests' own files; it goes away with the sandbox. */
    scratch: string
  }
}

/** One sandbox for the end-to-end tests that do not bring their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const sandbox = await startTestSandbox()
  project.provide('sandboxEnv', sandbox.env)
  project.provide('scratch', sandbox.scratch)
  return sandbox.stop
}
