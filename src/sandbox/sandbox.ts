import { readFile, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { FlyopsError } from '../errors.js'
import { type Background, startBackground } from '../process/background.js'
import { type ProcessIdentity, standingOf } from '../process/identity.js'
import { lockHolder } from '../process/lock.js'
import { lastLines } from '../process/tail.js'
import { cleanUp, forgetImages } from './clean-up.js'
import { checkRoom, inWords } from './disk-failures.js'
import { makeBaseImage } from './engine/busybox.js'
import { createDockerCli } from './engine/docker-cli.js'
import { environmentOf } from './environment.js'
import { readFailure } from './failure.js'
import * as faults from './faults/edit.js'
import type { Fault, NewFault } from './faults/fault.js'
import type { SandboxOptions, UpOptions } from './options.js'
import { end } from './processes.js'
import { type RunFile, runFile } from './run-file.js'
import {
  openStateFolder,
  readJson,
  removeFile,
  type StateFiles,
  stateFiles,
} from './state-folder.js'
import { readUnknown, type UnknownRequests } from './unknown-requests.js'
import { windowUrl } from './window/url.js'

export { quoted } from './environment.js'
export { type Fault, faultKinds, faultPlaces, type NewFault } from './faults/fault.js'
export type { SandboxOptions, UpOptions } from './options.js'

/**
 * The sandbox itself: runs until `signal` is aborted. Loaded only here: the platform is a third of all code, and whoever
 * starts, asks or ends a sandbox, or works at Fly, needs none of it.
 */
export async function runSandbox(options: SandboxOptions, signal: AbortSignal): Promise<void> {
  const platform = await import('./run.js')
  await platform.runSandbox(options, signal)
}

/** How a sandbox stands. */
export type SandboxStatus =
  | { readonly state: 'down'; readonly stateDir: string }
  | {
      readonly state: 'up'
      readonly stateDir: string
      readonly pid: number
      readonly apiUrl: string
      readonly registryHost: string
      /** Where a browser shows it; whoever has this address may change it. */
      readonly windowUrl: string
      /** Whether the engine is the sandbox's own. */
      readonly ownEngine: boolean
      readonly logFile: string
      /** What it was asked, since it is up, that it does not know. */
      readonly unknown: UnknownRequests
    }

/** Installing packages takes minutes; everything else, seconds. */
const upWithinMs = 15 * 60_000
/** Two hundred machines take a minute. */
const downWithinMs = 3 * 60_000
const pollMs = 50

/**
 * Starts the sandbox in the background and returns when it is ready; where it is up already, at
 * once. Raises what kept it from starting: `docker_missing`, `docker_daemon_down`, `invalid_input` for a folder that
 * cannot be used, `unknown_failure` for a full disk, or `internal`.
 */
export function up(options: UpOptions): Promise<SandboxStatus> {
  return inWords(options.stateDir, () => bringUp(options))
}

async function bringUp(options: UpOptions): Promise<SandboxStatus> {
  const { stateDir, self, env, signal } = options
  const files = stateFiles(stateDir)
  const running = await status(options)
  if (running.state === 'up') return running
  await openStateFolder(stateDir)
  await checkRoom(stateDir)
  await removeFile(files.failure)
  let child: Background | undefined
  const startedAtMs = Date.now()
  while (Date.now() < startedAtMs + upWithinMs && !signal?.aborted) {
    const now = await status(options)
    if (now.state === 'up') return now
    const holder = await visibleHolder(files)
    if (child === undefined && holder === undefined)
      child = await startBackground({ ...self, env, logFile: files.log })
    else if (child?.hasEnded() && holder === undefined) throw await failed(options, files)
    else if (child === undefined && Date.now() > startedAtMs + options.othersMs)
      throw heldByAnother(holder)
    await sleep(pollMs)
  }
  await down(options)
  throw new FlyopsError('cancelled', 'sandbox', 'The sandbox was not waited for; it is down again.')
}

async function failed({ stateDir }: UpOptions, files: StateFiles): Promise<unknown> {
  const told = await readFailure(files)
  if (told !== undefined) return told
  // It may have had no room for its words.
  await checkRoom(stateDir)
  const log = await readFile(files.log, 'utf8').catch(() => '')
  return new FlyopsError('internal', 'sandbox', 'The sandbox ended before it was ready.', {
    remedy: `See ${files.log}.`,
    evidence: lastLines(log),
  })
}

/** One that is going up, maybe installing, or going down. */
function heldByAnother(holder: ProcessIdentity | undefined): FlyopsError {
  const message = `Process ${holder?.pid} has the sandbox, and it is not ready.`
  return new FlyopsError('timed_out', 'sandbox', message, {
    remedy: 'Wait for it and call again, or end it with `flyops sandbox down`.',
    retry: 'after_wait',
  })
}

/** Who has the sandbox; raises `invalid_input` where that process cannot be seen from here. */
async function visibleHolder(files: StateFiles): Promise<ProcessIdentity | undefined> {
  const holder = (await lockHolder(files.lock))?.process
  const standing = holder === undefined ? 'ended' : standingOf(holder)
  if (holder === undefined || standing === 'ended') return undefined
  if (standing === 'runs') return holder
  const place = 'another container, or on another machine'
  throw new FlyopsError(
    'invalid_input',
    'sandbox',
    `The sandbox is held by process ${holder.pid} in ${place}.`,
    { remedy: 'Take it down there, or keep another one in another folder with --state.' },
  )
}

/**
 * Ends the sandbox and all that it started. Apps, releases, images and volumes stay for the next
 * `up`. Does nothing where it is down; cleans up where it was killed.
 */
export function down(options: SandboxOptions): Promise<void> {
  return inWords(options.stateDir, () => takeDown(options))
}

async function takeDown(options: SandboxOptions): Promise<void> {
  const files = stateFiles(options.stateDir)
  const holder = await visibleHolder(files)
  if (holder !== undefined && !(await end(holder, downWithinMs))) {
    throw new FlyopsError('timed_out', 'sandbox', 'The sandbox did not end within three minutes.', {
      remedy: `Its process is ${holder.pid}; its log is ${files.log}.`,
    })
  }
  await cleanUp(options, files)
}

/** Takes the sandbox down and deletes everything of it. */
export async function reset(options: SandboxOptions): Promise<void> {
  await down(options)
  await forgetImages(options, stateFiles(options.stateDir))
  await rm(options.stateDir, { recursive: true, force: true })
}

export async function status({ stateDir }: SandboxOptions): Promise<SandboxStatus> {
  const files = stateFiles(stateDir)
  const run = await readRun(files)
  if (run === undefined) return { state: 'down', stateDir }
  const { pid, apiUrl, registryHost, dockerHost } = run
  const ownEngine = dockerHost !== null
  const unknown = await readUnknown(files.unknown)
  return {
    state: 'up',
    stateDir,
    pid,
    apiUrl,
    registryHost,
    windowUrl: windowUrl(run),
    ownEngine,
    logFile: files.log,
    unknown,
  }
}

/** The variables that lead to the running sandbox; undefined where it is down. */
export async function environment({
  stateDir,
  realFlyctl,
}: SandboxOptions): Promise<Readonly<Record<string, string>> | undefined> {
  const run = await readRun(stateFiles(stateDir))
  return run === undefined ? undefined : environmentOf(run, realFlyctl)
}

/**
 * Makes sure that the engine of the running sandbox has an image of that name with a shell and httpd in it, without a
 * download where this machine has busybox. Raises `invalid_input` where the sandbox is down, and `image_not_found`.
 */
export async function baseImage(options: SandboxOptions, name: string): Promise<void> {
  const { docker: program = 'docker', env, run } = options
  const found = await environment(options)
  if (found === undefined)
    throw new FlyopsError('invalid_input', 'sandbox', 'The sandbox is down.', {
      remedy: 'Start it with `flyops sandbox up`.',
    })
  const docker = createDockerCli({ program, env: { ...env, ...found }, run })
  await makeBaseImage(docker, name, { env, run })
}

/** Makes something go wrong from the next request on; also before the sandbox is up. */
export function addFault({ stateDir }: SandboxOptions, fault: NewFault): Promise<Fault> {
  return inWords(stateDir, async () => {
    await openStateFolder(stateDir)
    return faults.addFault(stateFiles(stateDir).faults, fault)
  })
}

export function listFaults({ stateDir }: SandboxOptions): Promise<readonly Fault[]> {
  return faults.listFaults(stateFiles(stateDir).faults)
}

/** Ends the fault of that id, or all. Raises `invalid_input` where no fault has that id. */
export async function clearFaults({ stateDir }: SandboxOptions, id?: string): Promise<void> {
  if (await faults.clearFaults(stateFiles(stateDir).faults, id)) return
  throw new FlyopsError('invalid_input', 'sandbox', `No fault is called ${id}.`, {
    remedy: 'See `flyops sandbox fault list`.',
  })
}

async function readRun(files: StateFiles): Promise<RunFile | undefined> {
  const run = await readJson(files.run, runFile)
  const holder = await lockHolder(files.lock).catch(() => undefined)
  return run !== undefined && holder?.process.pid === run.pid ? run : undefined
}
