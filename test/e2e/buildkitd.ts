import { mkdir, mkdtemp, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { execa } from 'execa'
import { vi } from 'vitest'
import { sandboxEnv } from './flyctls.js'
import { scratch } from './test-sandbox.js'

const {
  FLYOPS_BUILDKITD: buildkitd,
  FLYOPS_BUILDX: buildx,
  FLYOPS_ROOTLESSKIT: rootlesskit,
  FLYOPS_ROOTLESS_USER: user,
} = process.env

export const hasBuildkitd = buildkitd !== undefined && buildx !== undefined

/** What its tests are called, which says why they are skipped. */
export function namedForBuildkitd(name: string): string {
  return hasBuildkitd ? name : `${name} (set FLYOPS_BUILDKITD and FLYOPS_BUILDX to their paths)`
}

/** The ways that one is started here. */
export const buildkitds = [
  { name: namedForBuildkitd('a buildkitd'), isThere: hasBuildkitd, isRootless: false },
  {
    name:
      rootlesskit === undefined ? 'a rootless one (set FLYOPS_ROOTLESSKIT too)' : 'a rootless one',
    isThere: hasBuildkitd && rootlesskit !== undefined,
    isRootless: true,
  },
] as const

export interface RunningBuildkitd {
  readonly address: string
  /** For flyops and docker: the sandbox, and a docker that has buildx, with one instance named `second`. */
  readonly env: Record<string, string>
  stop(): Promise<void>
}

export interface BuildkitdOptions {
  readonly isRootless?: boolean
  /** On TCP, by certificates both ways: folders with ca.pem, cert.pem and key.pem. */
  readonly certs?: { readonly server: string; readonly client: string }
}

/** Starts one with a state of its own, and waits until it answers. */
export async function startBuildkitd(options: BuildkitdOptions = {}): Promise<RunningBuildkitd> {
  const { isRootless = false, certs } = options
  const folder = await mkdtemp(join(scratch(), 'buildkit-'))
  await mkdir(join(folder, 'docker', 'cli-plugins'), { recursive: true })
  await symlink(buildx ?? '', join(folder, 'docker', 'cli-plugins', 'docker-buildx'))
  const own = await mkdtemp(join(tmpdir(), 'flyops-buildkit-'))
  const args = [
    `--root=${join(own, 'root')}`,
    ...(certs === undefined
      ? [`--addr=unix://${join(own, 'buildkitd.sock')}`]
      : [
          '--addr=tcp://127.0.0.1:0',
          ...filesOf(certs.server, '--tlscacert', '--tlscert', '--tlskey'),
        ]),
    '--containerd-worker=false',
    '--oci-worker-net=host',
  ]
  const command = isRootless ? await rootlessCommand(own, args) : [buildkitd ?? '', ...args]
  const [program = '', ...rest] = command
  const daemon = execa(program, rest, { env: { XDG_RUNTIME_DIR: own, HOME: own } })
  daemon.catch(() => {})
  const address = await listening(daemon)
  const env = { ...sandboxEnv(), DOCKER_CONFIG: join(folder, 'docker') }
  const opts = certs === undefined ? [] : filesOf(certs.client, 'cacert', 'cert', 'key')
  const driverOpts = opts.map((opt) => `--driver-opt=${opt}`)
  const create = ['buildx', 'create', '--name=second', '--driver=remote', ...driverOpts, address]
  await execa('docker', create, { env })
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
      await execa('rm', ['--recursive', '--force', '--', folder, own])
    },
  }
}

function filesOf(folder: string, ca: string, cert: string, key: string): readonly string[] {
  return [`${ca}=${folder}/ca.pem`, `${cert}=${folder}/cert.pem`, `${key}=${folder}/key.pem`]
}

/** Its address, once it tells of it: the port is its own choice. */
function listening(daemon: Promise<unknown> & { readonly stderr: Readable }): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = ''
    daemon.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString()
      const [, where] = /running server on ([^\s"]+)/.exec(told) ?? []
      if (where !== undefined) resolve(where.startsWith('/') ? `unix://${where}` : `tcp://${where}`)
    })
    void daemon.finally(() => reject(new Error(`buildkitd ended: ${told}`))).catch(() => {})
  })
}

/** As the user of the tests; root has it run as another one, whom the environment names. */
async function rootlessCommand(own: string, args: readonly string[]): Promise<string[]> {
  if (user !== undefined) await execa('chown', ['--', user, own])
  const as = user === undefined ? [] : ['runuser', '-u', user, '--']
  const kit = [rootlesskit ?? '', `--state-dir=${join(own, 'kit')}`, '--net=host']
  return [...as, ...kit, buildkitd ?? '', '--rootless', '--oci-worker-no-process-sandbox', ...args]
}
