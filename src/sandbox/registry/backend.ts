import { mkdir, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { FlyopsError } from '../../errors.js'
import type { Run } from '../../process/command.js'
import { findProgram } from '../../process/programs.js'
import { lastLines } from '../../process/tail.js'
import type { DockerCli } from '../engine/docker-cli.js'
import { sandboxLabel } from '../machines/docker-run.js'
import type { Environment } from '../options.js'
import { freePort } from '../ports.js'
import type { StateFiles } from '../state-folder.js'

export interface Backend {
  /** `127.0.0.1:PORT`, without any check of who asks. */
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

export interface BackendOptions {
  readonly files: StateFiles
  readonly sandboxId: string
  /** The port to take if it is free. */
  readonly port: number
  readonly docker: DockerCli
  readonly env: Environment
  readonly run: Run
}

const readyWithinMs = 20_000

/** Starts a real registry (distribution 2.x): Debian's, the upstream program, or its image. */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { files, env } = options
  const port = await freePort(options.port)
  await mkdir(files.registry, { recursive: true })
  const found = await findProgram({
    names: ['docker-registry', 'registry'],
    path: env.PATH,
    folders: ['/usr/bin', '/usr/local/bin'],
  })
  const ending = new AbortController()
  const ended =
    found.program === undefined
      ? runImage(options, port, ending.signal)
      : runProgram(options, { program: found.program, port, signal: ending.signal })
  const address = `127.0.0.1:${port}`
  await Promise.race([answers(address), ended.then(raiseEarlyEnd)])
  return {
    address,
    port,
    async close() {
      ending.abort()
      await ended
    },
  }
}

async function runProgram(
  { files, run, env }: BackendOptions,
  { program, port, signal }: { program: string; port: number; signal: AbortSignal },
): Promise<string> {
  await writeFile(files.registryConfig, configuration(files.registry, port))
  const command = { program, args: ['serve', files.registryConfig], env }
  return (await run(command, { signal, keepBytes: 8192 })).stderr
}

/** Relative addresses keep uploads behind the proxy. JSON is YAML. */
function configuration(folder: string, port: number): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: folder }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, relativeurls: true },
  })
}

const registryImage = 'registry:2'

/** Where no registry program is installed: the upstream image, on the sandbox's engine. */
async function runImage(
  { files, docker, sandboxId }: BackendOptions,
  port: number,
  signal: AbortSignal,
): Promise<string> {
  const { uid = 0, gid = 0 } = { uid: process.getuid?.(), gid: process.getgid?.() }
  const args = [
    'run',
    '--rm',
    `--label=${sandboxLabel}=${sandboxId}`,
    `--user=${uid}:${gid}`,
    `--publish=127.0.0.1:${port}:5000`,
    `--mount=type=bind,source=${files.registry},target=/var/lib/registry`,
    '--env=REGISTRY_HTTP_RELATIVEURLS=true',
    '--env=REGISTRY_STORAGE_DELETE_ENABLED=true',
    registryImage,
  ]
  return (await docker.run(args, { signal, timeoutMs: 2 ** 31 - 1, keepBytes: 8192 })).stderr
}

async function answers(address: string): Promise<void> {
  const deadlineMs = Date.now() + readyWithinMs
  while (Date.now() < deadlineMs) {
    const answer = await fetch(`http://${address}/v2/`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(50)
  }
  throw failure(`it did not answer on ${address}`)
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
