import { existsSync } from 'node:fs'
import { FlyopsError } from '../../errors.js'
import { findProgram } from '../../process/programs.js'
import { lastLines } from '../../process/tail.js'
import type { Environment, SandboxOptions } from '../options.js'

/** Debian's packages for an engine and a registry of our own. */
export const packages = [
  'docker.io',
  'docker-registry',
  'busybox-static',
  'iptables',
  'iproute2',
] as const

/** What those packages bring. */
const programs = [
  'docker',
  'dockerd',
  'docker-registry',
  'busybox',
  'iptables',
  'ip',
  'docker-init',
]
const folders = ['/usr/bin', '/usr/sbin', '/bin', '/sbin', '/usr/local/bin']

export async function isComplete(env: Environment): Promise<boolean> {
  const found = programs.map((name) => findProgram({ names: [name], path: env.PATH, folders }))
  return (await Promise.all(found)).every(({ program }) => program !== undefined)
}

const timeoutMs = 10 * 60_000

/** Raises `docker_missing` where it may not or cannot install. */
export async function installPackages({ env, run, log }: SandboxOptions): Promise<void> {
  const apt = '/usr/bin/apt-get'
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version') || !existsSync(apt)) {
    throw failure('Only root on Debian or Ubuntu can install them from here.')
  }
  log.info({ packages }, 'installing')
  const childEnv = { ...env, DEBIAN_FRONTEND: 'noninteractive' }
  const steps = [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]
  for (const args of steps) {
    const result = await run({ program: apt, args, env: childEnv }, { timeoutMs })
    if (result.outcome !== 'ok') throw failure(lastLines(result.stderr || result.stdout))
  }
}

function failure(evidence: string): FlyopsError {
  const message = 'The packages that the sandbox needs could not be installed.'
  return new FlyopsError('docker_missing', 'sandbox', message, {
    remedy: `Install them yourself: apt-get install ${packages.join(' ')}`,
    evidence,
  })
}
