import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { vi } from 'vitest'
import { sandboxEnv } from './flyctls.js'
import { scratch } from './test-sandbox.js'

const { FLYOPS_BUILDKITD: buildkitd, FLYOPS_BUILDX: buildx } = process.env

export const hasBuildkitd = buildkitd !== undefined && buildx !== undefined

/** What its tests are called, which says why they are skipped. */
export function namedForBuildkitd(name: string): string {
  return hasBuildkitd ? name : `${name} (set FLYOPS_BUILDKITD and FLYOPS_BUILDX to their paths)`
}

export interface RunningBuildkitd {
  readonly address: string
  /** For flyops and docker: the sandbox, and a docker that has buildx, with one instance named `second`. */
  readonly env: Record<string, string>
  stop(): Promise<void>
}

/** Starts one with a state of its own, and waits until it answers. */
export async function startBuildkitd(): Promise<RunningBuildkitd> {
  const folder = await mkdtemp(join(scratch(), 'buildkit-'))
  await mkdir(join(folder, 'docker', 'cli-plugins'), { recursive: true })
  await symlink(buildx ?? '', join(folder, 'docker', 'cli-plugins', 'docker-buildx'))
  const address = `unix://${join(folder, 'buildkitd.sock')}`
  const daemon = execa(buildkitd ?? '', [
    `--root=${join(folder, 'root')}`,
    `--addr=${address}`,
    '--containerd-worker=false',
    '--oci-worker-net=host',
  ])
  daemon.catch(() => {})
  const env = { ...sandboxEnv(), DOCKER_CONFIG: join(folder, 'docker') }
  await execa('docker', ['buildx', 'create', '--name=second', '--driver=remote', address], { env })
  await vi.waitUntil(
    () =>
      execa('docker', ['buildx', 'inspect', '--bootstrap', 'second'], { env }).catch(() => false),
    { timeout: 30_000, interval: 200 },
  )
  return {
    address,
    env,
    async stop() {
      daemon.kill()
      await daemon.catch(() => {})
      await rm(folder, { recursive: true, force: true })
    },
  }
}
