import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { createLog } from '../../src/log.js'
import { findProgram } from '../../src/process/programs.js'
import { createRedact } from '../../src/process/redact.js'
import { createRunner } from '../../src/process/runner.js'
import { createDockerCli, type DockerCli } from '../../src/sandbox/engine/docker-cli.js'
import { openEngine } from '../../src/sandbox/engine/engine.js'
import { stateFiles } from '../../src/sandbox/state-folder.js'

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

/** Whether `startEngine` can work here without asking anybody. */
export const canStartEngine =
  process.platform === 'linux' &&
  (process.env.DOCKER_HOST !== undefined || process.getuid?.() === 0)

/** The engine at DOCKER_HOST, else one of its own, as the sandbox starts it, with the image busybox. */
export async function startEngine(): Promise<TestEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-engine-'))
  const config = join(folder, 'docker-config')
  await mkdir(config)
  const { DOCKER_HOST = `unix://${join(folder, 'none.sock')}` } = process.env
  const env = { ...process.env, DOCKER_HOST, DOCKER_CONFIG: config }
  const found = await findProgram({ names: ['docker'], path: process.env.PATH, folders: [] })
  const engine = await openEngine({
    ...{ run, env, log: createLog('silent'), docker: found.program, install: true },
    ...{ stateDir: folder, files: stateFiles(folder), sandboxId: folder.slice(-6) },
    ...{ standIn: { node: '', script: '' }, realFlyctl: false, loginSeconds: 0, idleSeconds: 0 },
  })
  const dockerHost = engine.host ?? DOCKER_HOST
  return {
    dockerHost,
    docker: createDockerCli({
      program: engine.docker.program,
      env: { ...env, DOCKER_HOST: dockerHost },
      run,
    }),
    folder,
    async stop() {
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
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
