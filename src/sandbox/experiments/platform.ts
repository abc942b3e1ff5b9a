import { mkdir, rm } from 'node:fs/promises'
import { createDockerCli } from '../engine/docker-cli.js'
import type { SandboxOptions } from '../options.js'
import { environment, reset, runSandbox } from '../sandbox.js'

/** A sandbox in this process, for one run. */
export interface RunningPlatform {
  readonly env: Readonly<Record<string, string>>
  /** Ends it, and removes its machines, what its engine pulled, and its files. */
  close(): Promise<void>
}

/** Raises what keeps a sandbox from starting. */
export async function openPlatform(options: SandboxOptions): Promise<RunningPlatform> {
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 })
  const ending = new AbortController()
  const ready = Promise.withResolvers<void>()
  const ended = runSandbox({ ...options, onUp: ready.resolve }, ending.signal)
  await Promise.race([ready.promise, ended])
  const env = (await environment(options)) ?? {}
  return {
    env,
    async close() {
      ending.abort()
      try {
        await ended
      } finally {
        await reset(options)
        await rm(options.stateDir, { recursive: true, force: true })
      }
    },
  }
}

/**
 * Removes the images that were built for the registry of a sandbox that is gone. Not while others are built: they may
 * be made of the same layers.
 */
export async function forgetBuilt(
  { docker: program, env, run }: SandboxOptions,
  registryHost: string,
): Promise<void> {
  if (program === undefined) return
  const docker = createDockerCli({ program, env, run })
  const list = ['image', 'ls', `--filter=reference=${registryHost}/*`]
  const { stdout } = await docker.run([...list, '--format={{.Repository}}:{{.Tag}}'])
  const images = stdout.split('\n').filter((image) => image !== '' && !image.includes('<none>'))
  if (images.length > 0) await docker.run(['image', 'rm', '--force', ...images])
}
