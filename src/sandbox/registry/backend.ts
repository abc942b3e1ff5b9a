import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FlyopsError } from '../../errors.js'
import type { Run } from '../../process/command.js'
import { createPrivateFolder } from '../../process/private-folders.js'
import { findProgram } from '../../process/programs.js'
import { lastLines } from '../../process/tail.js'
import type { DockerCli } from '../engine/docker-cli.js'
import { sandboxLabel } from '../machines/container-config.js'
import type { Environment } from '../options.js'
import type { StateFiles } from '../state-folder.js'
import { ask } from './ask.js'

export interface Backend {
  /** Absolute path of a socket that only this user reaches: the registry does not check who asks. */
  readonly socket: string
  close(): Promise<void>
}

export interface BackendOptions {
  readonly files: StateFiles
  readonly sandboxId: string
  readonly docker: DockerCli
  readonly env: Environment
  readonly run: Run
}

const readyWithinMs = 20_000

/** Starts a real registry (distribution 2.x): Debian's, the upstream program, or its image. */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { files, env } = options
  await mkdir(files.registry, { recursive: true })
  const found = await findProgram({
    names: ['docker-registry', 'registry'],
    path: env.PATH,
    folders: ['/usr/bin', '/usr/local/bin'],
  })
  // Not in the state folder, whose path may be longer than a socket's may (107 characters, unix(7)).
  const folder = await createPrivateFolder('registry')
  const socket = join(folder.path, 'socket')
  const ending = new AbortController()
  const ended =
    found.program === undefined
      ? runImage(options, socket, ending.signal)
      : runProgram(options, { program: found.program, socket, signal: ending.signal })
  async function close(): Promise<void> {
    ending.abort()
    await ended
    await folder.remove()
  }
  try {
    await Promise.race([answers(socket), ended.then(raiseEarlyEnd)])
    return { socket, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function runProgram(
  { files, run, env }: BackendOptions,
  { program, socket, signal }: { program: string; socket: string; signal: AbortSignal },
): Promise<string> {
  await writeFile(files.registryConfig, configuration(files.registry, socket))
  const command = { program, args: ['serve', files.registryConfig], env }
  return (await run(command, { signal, keepBytes: 8192 })).stderr
}

/** Relative addresses keep uploads behind the proxy. JSON is YAML. */
function configuration(folder: string, socket: string): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: folder }, delete: { enabled: true } },
    http: { net: 'unix', addr: socket, relativeurls: true },
  })
}

const registryImage = 'registry:2'

/** Where no registry program is installed: the upstream image, on the sandbox's engine. */
async function runImage(
  { files, docker, sandboxId }: BackendOptions,
  socket: string,
  signal: AbortSignal,
): Promise<string> {
  const { uid = 0, gid = 0 } = { uid: process.getuid?.(), gid: process.getgid?.() }
  const args = [
    'run',
    '--rm',
    `--label=${sandboxLabel}=${sandboxId}`,
    `--user=${uid}:${gid}`,
    '--network=none',
    `--mount=type=bind,source=${files.registry},target=/var/lib/registry`,
    `--mount=type=bind,source=${dirname(socket)},target=${dirname(socket)}`,
    '--env=REGISTRY_HTTP_NET=unix',
    `--env=REGISTRY_HTTP_ADDR=${socket}`,
    '--env=REGISTRY_HTTP_RELATIVEURLS=true',
    '--env=REGISTRY_STORAGE_DELETE_ENABLED=true',
    registryImage,
  ]
  return (await docker.run(args, { signal, timeoutMs: 2 ** 31 - 1, keepBytes: 8192 })).stderr
}

async function answers(socket: string): Promise<void> {
  const deadlineMs = Date.now() + readyWithinMs
  while (Date.now() < deadlineMs) {
    const answer = await ask(socket, '/v2/').catch(() => undefined)
    if (answer?.status === 200) return
    await sleep(50)
  }
  throw failure('it did not answer')
}

function raiseEarlyEnd(output: string): never {
  throw failure(lastLines(output, 5))
}

function failure(evidence: string): FlyopsError {
  return new FlyopsError('internal', 'sandbox', 'The sandbox could not start a registry.', {
    remedy: 'Install Debian\'s "docker-registry", or let docker pull the image registry:2.',
    evidence,
  })
}
