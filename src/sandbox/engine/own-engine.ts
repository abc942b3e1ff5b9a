import { randomInt } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FlyopsError } from '../../errors.js'
import { identify, standingOf } from '../../process/identity.js'
import { findProgram } from '../../process/programs.js'
import { lastLines } from '../../process/tail.js'
import { withArgument } from '../processes.js'
import { createBridge, removeBridge } from './bridge.js'
import { createDockerCli, engineEnvironment } from './docker-cli.js'
import type { Engine, EngineOptions } from './engine-options.js'
import { unmountBelow } from './mounts.js'
import { askEngine } from './probe-engine.js'

const readyWithinMs = 45_000

const mostStarts = 4

const restartMs = 500

/**
 * A dockerd of our own, apart from any other: its own data, socket, process id file and bridge (two
 * engines on one bridge would give out the same addresses). The data outlives it; one that is killed is started again.
 * Raises `docker_daemon_down` with the last that dockerd said.
 */
export async function startOwnEngine(options: EngineOptions, docker: string): Promise<Engine> {
  let starting = start(options, docker)
  let isClosing = false
  const { docker: cli, host } = await starting
  async function keepRunning(): Promise<void> {
    for (;;) {
      await (await starting).ended
      await sleep(restartMs)
      if (isClosing) return
      options.log.warn({}, 'the engine ended, and is started again')
      starting = start(options, docker)
    }
  }
  void keepRunning().catch((error: unknown) => {
    options.log.error({ err: error }, 'the engine could not be started again')
  })
  async function close(): Promise<void> {
    isClosing = true
    await starting.then((engine) => engine.close()).catch(() => {})
    await removeRemains(options)
  }
  return { docker: cli, host, close }
}

interface RunningEngine extends Engine {
  /** Resolves when dockerd has ended. */
  readonly ended: Promise<unknown>
}

async function start(options: EngineOptions, docker: string): Promise<RunningEngine> {
  for (let starts = 1; ; starts += 1) {
    const started = await startOnce(options, docker)
    if ('engine' in started) return started.engine
    if (starts === mostStarts || !passes(started.failure)) throw notStarted(started.failure)
    await sleep(randomInt(200, 2_000))
  }
}

/**
 * Engines that start at one instant change the same firewall chains, and one of them fails (dockerd 20.10); one that was
 * killed just now may still be on its way out.
 */
function passes(failure: string): boolean {
  return ['iptables failed', 'pid file found'].some((text) => failure.includes(text))
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

type Started = { readonly engine: RunningEngine } | { readonly failure: string }

async function startOnce(options: EngineOptions, docker: string): Promise<Started> {
  const { run, env, files, sandboxId } = options
  const folders = engineFolders(files.engine, sandboxId)
  await mkdir(files.engine, { recursive: true, mode: 0o700 })
  await mkdir(folders.run, { recursive: true, mode: 0o700 })
  // Of an engine that was killed: dockerd takes a number that is in use again, or not yet free, for its containerd.
  await rm(folders.containerdPid, { force: true })
  const bridge = await createBridge({ run, env, sandboxId })
  const configFile = join(files.engine, 'daemon.json')
  await writeFile(configFile, '{}\n')
  const ending = new AbortController()
  const logFile = createWriteStream(join(files.engine, 'dockerd.log'), { flags: 'a', mode: 0o600 })
  const gone = Promise.withResolvers<string>()
  const printed = run(
    {
      program: await dockerd(options),
      args: [
        `--data-root=${folders.data}`,
        `--exec-root=${folders.exec}`,
        `--pidfile=${pidFile(files.engine)}`,
        `--host=${folders.host}`,
        `--bridge=${bridge.name}`,
        ...bridge.pools.map((pool) => `--default-address-pool=${pool}`),
        // Debian's /etc/docker/daemon.json is another engine's.
        `--config-file=${configFile}`,
      ],
      // It starts itself anew for each container and layer, and almost half of what that takes was its garbage collector's.
      env: { ...env, GOGC: '400' },
    },
    {
      signal: ending.signal,
      stops: () => [
        { afterMs: 0, signal: 'SIGTERM' },
        { afterMs: 20_000, signal: 'SIGKILL' },
      ],
      keepBytes: 8192,
      onLine: (line) => logFile.write(`${line}\n`),
      onStart: (pid) => void untilGone(pid).then(() => gone.resolve('')),
    },
  )
  // The processes of containers keep its pipes open where it was killed.
  const ended = Promise.race([printed.then((result) => result.stderr), gone.promise])
  const cli = createDockerCli({ program: docker, env: engineEnvironment(env, folders.host), run })
  async function close(): Promise<void> {
    ending.abort()
    await ended
    logFile.end()
  }
  const failure = await Promise.race([ended, isReady(cli, ending.signal).then(() => undefined)])
  if (failure === undefined) return { engine: { docker: cli, host: folders.host, ended, close } }
  await close()
  await removeBridge({ run, env, sandboxId })
  return { failure }
}

/** And what it printed last has been read. */
async function untilGone(pid: number): Promise<void> {
  const process = identify(pid)
  while (process !== undefined && standingOf(process) === 'runs') await sleep(restartMs)
  await sleep(restartMs)
}

type Remains = Pick<EngineOptions, 'run' | 'env' | 'files' | 'sandboxId'>

/** Takes away what an engine of our own leaves outside its data: its network, what is mounted, its sockets. */
export async function removeRemains({ run, env, files, sandboxId }: Remains): Promise<void> {
  const folders = engineFolders(files.engine, sandboxId)
  await removeBridge({ run, env, sandboxId })
  for (const folder of [files.engine, folders.run]) await unmountBelow({ run, env, folder })
  await rm(folders.run, { recursive: true, force: true })
}

/** Whether containers of an engine that was killed still run. */
export async function hasOrphans({ files, sandboxId }: Remains): Promise<boolean> {
  const { containerd } = engineFolders(files.engine, sandboxId)
  return (await withArgument(containerd)).length > 0
}

/** The process id file also tells our engine from all others when it has to be ended. */
export function pidFile(engineFolder: string): string {
  return join(engineFolder, 'docker.pid')
}

/** A socket's path has at most 107 characters (unix(7)), and containerd adds some of its own. */
const longestFolder = 60

function engineFolders(folder: string, sandboxId: string) {
  const run = folder.length > longestFolder ? `/run/flyops-${sandboxId}` : join(folder, 'run')
  return {
    run,
    data: join(folder, 'data'),
    exec: join(run, 'exec'),
    host: `unix://${join(run, 'docker.sock')}`,
    /** What dockerd has each container's own process ask. */
    containerd: join(run, 'exec', 'containerd', 'containerd.sock'),
    containerdPid: join(run, 'exec', 'containerd', 'containerd.pid'),
  }
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
