import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, inject } from 'vitest'
import { dockerWithBuildKit } from '../support/docker-variants.js'
import { mainScript } from '../support/paths.js'

export interface TestSandbox {
  /** What `flyops sandbox env` says of it, and a docker that builds in a quarter of the legacy builder's time. */
  readonly env: Record<string, string>
  /** A folder for the tests' own files; it goes away with the sandbox. */
  readonly scratch: string
  stop(): Promise<void>
}

export interface TestSandboxOptions {
  /** How long a machine must be up for flyctl to believe in its start. */
  readonly smokeSeconds?: number | undefined
  /** Path of a buildkitd that it is to start. */
  readonly buildkitd?: string | undefined
  /** What leads to the engine that it is to use; without it, the sandbox starts one of its own. */
  readonly engine?: Readonly<Record<string, string>> | undefined
}

/** Starts a sandbox as a user would. */
export async function startTestSandbox({
  smokeSeconds = 1,
  buildkitd,
  engine = {},
}: TestSandboxOptions = {}): Promise<TestSandbox> {
  const scratch = await mkdtemp(join(tmpdir(), 'flyops-e2e-'))
  const state = join(scratch, 'sandbox')
  // The stand-in is what most tests use, also where a real flyctl is installed.
  const env = {
    ...engine,
    FLYOPS_SANDBOX_BUILDKITD: buildkitd,
    FLYOPS_BUILDKIT: undefined,
    FLYOPS_SANDBOX_IDLE_SECONDS: '3600',
    FLYOPS_SANDBOX_SMOKE_SECONDS: String(smokeSeconds),
    // A machine starts in half the time; the sandbox's own tests have it.
    FLYOPS_SANDBOX_PRIVATE_NETWORK: 'off',
    FLYOPS_FLYCTL: join(state, 'bin', 'flyctl'),
  }
  const flyops = (...args: string[]) =>
    execa(process.execPath, [mainScript, 'sandbox', ...args, '--state', state], { env })
  await flyops('up', '--install')
  const { stdout } = await flyops('env')
  const docker = await dockerWithBuildKit()
  const quick = docker === undefined ? {} : { FLYOPS_DOCKER: docker }
  return {
    env: { ...engine, ...readExports(stdout), ...quick },
    scratch,
    async stop() {
      await flyops('reset')
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

/** `export NAME='value'` lines. */
function readExports(text: string): Record<string, string> {
  const lines = text.matchAll(/^export (\w+)='(.*)'$/gm)
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]))
}

let own: TestSandbox | undefined

/**
 * For files that make the whole sandbox go wrong, or need Fly's own pace: one that no other file uses, on the engine that
 * all use, unless they look at all that it runs.
 */
export function useOwnSandbox(
  options: Omit<TestSandboxOptions, 'engine'> & { readonly hasOwnEngine?: true } = {},
): void {
  beforeAll(async () => {
    const { DOCKER_HOST } = inject('sandboxEnv')
    const isShared = !options.hasOwnEngine && DOCKER_HOST !== undefined
    own = await startTestSandbox({ ...options, engine: isShared ? { DOCKER_HOST } : undefined })
  })
  afterAll(async () => {
    await own?.stop()
    own = undefined
  })
}

/** The file's own sandbox, else the one that all share. */
export function sandboxInUse(): Pick<TestSandbox, 'env' | 'scratch'> {
  return own ?? { env: inject('sandboxEnv'), scratch: inject('scratch') }
}

/** A folder for the tests' own files. */
export function scratch(): string {
  return sandboxInUse().scratch
}
