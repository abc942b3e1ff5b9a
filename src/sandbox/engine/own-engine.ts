import { randomInt } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FlyopsError } from '../../errors.js'
import { findProgram } from '../../process/programs.js'
import { lastLines } from '../../process/tail.js'
import { createBridge, removeBridge } from './bridge.js'
import { createDockerCli, engineEnvironment } from './docker-cli.js'
import type { Engine, EngineOptions } from './engine-options.js'
import { askEngine } from './probe-engine.js'

const readyWithinMs = 45_000

const mostStarts = 4

/**
 * A dockerd of our own, apart from any other: its own data, socket, process id file and bridge (two
 * engines on one bridge would give out the same addresses). The data outlives it. Raises
 * `docker_daemon_down` with the last that dockerd said.
 */
export async function startOwnEngine(options: EngineOptions, docker: string): Promise<Engine> {
  for (let starts = 1; ; starts += 1) {
    const started = await startOnce(options, docker)
    if ('engine' in started) return started.engine
    if (starts === mostStarts || !isCollision(started.failure)) throw notStarted(started.failure)
    await sleep(randomInt(200, 2_000))
  }
}

/** Engines that start at one instant change the same firewall chains, and one of them fails (dockerd 20.10). */
function isCollision(failure: string): boolean {
  return failure.includes('iptables failed')
}

function notStarted(failure: string): FlyopsError {
  const isFull = failure.includes('no space left on device')
  const message = `The sandbox could not start an engine${isFull ? ': the disk is full' : ''}.`
  return new FlyopsError('docker_daemon_down', 'sandbox', message, {
    remedy: isFull
      ? 'Free some space, and start the sandbox again.'
      : 'Correct what the evidence shows, or start Docker yourself.',
    evidence: lastLines(failure),
  })
}

type Started = { readonly engine: Engine } | { readonly failure: string }

async function startOnce(options: EngineOptions, docker: string): Promise<Started> {
  const { run, env, files, sandboxId } = options
  const folders = engineFolders(files.engine, sandboxId)
  await mkdir(files.engine, { recursive: true, mode: 0o700 })
  await mkdir(folders.run, { recursive: true, mode: 0o700 })
  const bridge = await createBridge({ run, env, sandboxId })
  const configFile = join(files.engine, 'daemon.json')
  await writeFile(configFile, '{}\n')
  const ending = new AbortController()
  const logFile = createWriteStream(join(files.engine, 'dockerd.log'), { flags: 'a', mode: 0o600 })
  const ended = run(
    {
      program: await dockerd(options),
      args: [
        `--data-root=${folders.data}`,
        `--exec-root=${join(folders.run, 'exec')}`,
        `--pidfile=${pidFile(files.engine)}`,
        `--host=${folders.host}`,
        `--bridge=${bridge}`,
        // Debian's /etc/docker/daemon.json is another engine's.
        `--config-file=${configFile}`,
      ],
      env,
    },
    {
      signal: ending.signal,
      stops: () => [
        { afterMs: 0, signal: 'SIGTERM' },
        { afterMs: 20_000, signal: 'SIGKILL' },
      ],
      keepBytes: 8192,
      onLine: (line) => logFile.write(`${line}\n`),
    },
  )
  const cli = createDockerCli({ program: docker, env: engineEnvironment(env, folders.host), run })
  async function close(): Promise<void> {
    ending.abort()
    await ended
    logFile.end()
    await removeBridge({ run, env, sandboxId })
  }
  const early = ended.then((result) => result.stderr)
  const failure = await Promise.race([early, isReady(cli, ending.signal).then(() => undefined)])
  if (failure === undefined) return { engine: { docker: cli, host: folders.host, close } }
  await close()
  return { failure }
}

/** The process id file also tells our engine from all others when it has to be ended. */
export function pidFile(engineFolder: string): string {
  return join(engineFolder, 'docker.pid')
}

/** A socket's path has at most 107 characters (unix(7)), and containerd adds some of its own. */
const longestFolder = 60

function engineFolders(folder: string, sandboxId: string) {
  const run = folder.length > longestFolder ? `/run/flyops-${sandboxId}` : join(folder, 'run')
  return { run, data: join(folder, 'data'), host: `unix://${join(run, 'docker.sock')}` }
}

async function dockerd({ env }: EngineOptions): Promise<string> {
  const folders = ['/usr/sbin', '/usr/bin', '/usr/local/bin']
  const { program } = await findProgram({ names: ['dockerd'], path: env.PATH, folders })
  if (program !== undefined) return program
  throw new FlyopsError('docker_missing', 'sandbox', 'dockerd is not installed.')
}

async function isReady(docker: Engine['docker'], signal: AbortSignal): Promise<void> {
  const deadlineMs = Date.now() + readyWithinMs
  while (!signal.aborted && Date.now() < deadlineMs) {
    if ((await askEngine(docker)) !== undefined) return
    await sleep(100)
  }
}
