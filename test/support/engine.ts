import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import { createLog } from '../../src/log.js'
import { findProgram } from '../../src/process/programs.js'
import { createRedact } from '../../src/process/redact.js'
import { createRunner } from '../../src/process/runner.js'
import { createBridge, removeBridge } from '../../src/sandbox/engine/bridge.js'
import { importBusybox } from '../../src/sandbox/engine/busybox.js'
import { createDockerCli, type DockerCli } from '../../src/sandbox/engine/docker-cli.js'
import { unmountBelow } from '../../src/sandbox/engine/mounts.js'
import { askEngine } from '../../src/sandbox/engine/probe-engine.js'

export const { run } = createRunner({ log: createLog('silent'), redact: createRedact([]) })

export interface TestEngine {
  /** Value for DOCKER_HOST. */
  readonly dockerHost: string
  /** With a docker configuration of its own. */
  readonly docker: DockerCli
  /** For the test's own files; it goes away with the engine. */
  readonly folder: string
  stop(): Promise<void>
}

const [docker, dockerd, ip] = await Promise.all(['docker', 'dockerd', 'ip'].map(find))

async function find(name: string): Promise<string | undefined> {
  const folders = ['/usr/sbin', '/usr/bin']
  return (await findProgram({ names: [name], path: process.env.PATH, folders })).program
}

/** Whether `startEngine` works here: an engine is named by DOCKER_HOST, or this is root and can run one. */
export const canStartEngine =
  process.env.DOCKER_HOST !== undefined ||
  (process.getuid?.() === 0 && dockerd !== undefined && ip !== undefined)

/** The engine at DOCKER_HOST, else one of its own; with the image busybox where the machine has the program. */
export async function startEngine(): Promise<TestEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-engine-'))
  const config = join(folder, 'docker-config')
  await mkdir(config)
  const { DOCKER_HOST: given } = process.env
  const dockerHost = given ?? `unix://${join(folder, 'docker.sock')}`
  const env = { ...process.env, DOCKER_HOST: dockerHost, DOCKER_CONFIG: config }
  const cli = createDockerCli({ program: docker ?? 'docker', env, run })
  const stopOwn = given === undefined ? await startDockerd(folder, cli) : async () => {}
  await importBusybox(cli, { run, env })
  return {
    dockerHost,
    docker: cli,
    folder,
    async stop() {
      await stopOwn()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Leaves the firewall alone: engines that start at the same time would get in each other's way there. */
async function startDockerd(folder: string, cli: DockerCli): Promise<() => Promise<void>> {
  const network = { run, env: process.env, sandboxId: folder.slice(-6) }
  const bridge = await createBridge(network)
  const configFile = join(folder, 'daemon.json')
  await writeFile(configFile, '{}')
  const ending = new AbortController()
  const ended = run(
    {
      program: dockerd ?? 'dockerd',
      args: [
        `--host=${cli.env.DOCKER_HOST}`,
        `--data-root=${join(folder, 'data')}`,
        `--exec-root=${join(folder, 'exec')}`,
        `--pidfile=${join(folder, 'pid')}`,
        `--config-file=${configFile}`,
        `--bridge=${bridge.name}`,
        '--iptables=false',
      ],
      env: process.env,
    },
    { signal: ending.signal, stops: () => [{ afterMs: 0, signal: 'SIGTERM' }] },
  )
  const early = ended.then(({ stderr }) => Promise.reject(new Error(`dockerd ended: ${stderr}`)))
  await Promise.race([early, vi.waitUntil(() => askEngine(cli), { timeout: 45_000 })])
  early.catch(() => {})
  return async () => {
    ending.abort()
    await ended
    // A build that it ended leaves its step's network mounted.
    await unmountBelow({ run, env: process.env, folder })
    await removeBridge(network)
  }
}

/** One engine for all tests of a file. */
export function useEngine(): () => TestEngine {
  let engine: TestEngine | undefined
  beforeAll(async () => {
    if (canStartEngine) engine = await startEngine()
  })
  afterAll(() => engine?.stop())
  return () => {
    if (engine === undefined) throw new Error('no engine was started')
    return engine
  }
}
