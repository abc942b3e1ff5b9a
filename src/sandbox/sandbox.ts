import { readFile, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { FlyopsError } from '../errors.js'
import { startBackground } from '../process/background.js'
import { lastLines } from '../process/tail.js'
import { cleanUp, forgetImages } from './clean-up.js'
import { environmentOf } from './environment.js'
import { readFailure } from './failure.js'
import * as faults from './faults/edit.js'
import type { Fault, NewFault } from './faults/fault.js'
import { lockHolder } from './lock.js'
import type { SandboxOptions, UpOptions } from './options.js'
import { end } from './processes.js'
import { type RunFile, runFile } from './run-file.js'
import { makeFolder, readJson, removeFile, type StateFiles, stateFiles } from './state-folder.js'

export { quoted } from './environment.js'
export { type Fault, faultKinds, faultPlaces, type NewFault } from './faults/fault.js'
export type { SandboxOptions, UpOptions } from './options.js'
export { runSandbox } from './run.js'

/** How a sandbox stands. */
export type SandboxStatus =
  | { readonly state: 'down'; readonly stateDir: string }
  | {
      readonly state: 'up'
      readonly stateDir: string
      readonly pid: number
      readonly apiUrl: string
      readonly registryHost: string
      /** Whether the engine is the sandbox's own. */
      readonly ownEngine: boolean
      readonly logFile: string
    }

/** Installing packages takes minutes; everything else, seconds. */
const upWithinMs = 15 * 60_000
const downWithinMs = 60_000
const pollMs = 50

/**
 * Starts the sandbox in the background and returns when it is ready; where it is up already, at
 * once. Raises what kept it from starting: `docker_missing`, `docker_daemon_down` or `internal`.
 */
export async function up(options: UpOptions): Promise<SandboxStatus> {
  const { stateDir, self, env, signal } = options
  const files = stateFiles(stateDir)
  const running = await status(options)
  if (running.state === 'up') return running
  await makeFolder(stateDir)
  await removeFile(files.failure)
  const child = await startBackground({ ...self, env, logFile: files.log })
  const deadlineMs = Date.now() + upWithinMs
  while (Date.now() < deadlineMs && !signal?.aborted) {
    const now = await status(options)
    if (now.state === 'up') return now
    if (child.hasEnded() && (await lockHolder(files)) === undefined) throw await failed(files)
    await sleep(pollMs)
  }
  await down(options)
  throw new FlyopsError('cancelled', 'sandbox', 'The sandbox was not waited for; it is down again.')
}

async function failed(files: StateFiles): Promise<FlyopsError> {
  const log = await readFile(files.log, 'utf8').catch(() => '')
  return (
    (await readFailure(files)) ??
    new FlyopsError('internal', 'sandbox', 'The sandbox ended before it was ready.', {
      remedy: `See ${files.log}.`,
      evidence: lastLines(log),
    })
  )
}

/**
 * Ends the sandbox and all that it started. Apps, releases, images and volumes stay for the next
 * `up`. Does nothing where it is down; cleans up where it was killed.
 */
export async function down(options: SandboxOptions): Promise<void> {
  const files = stateFiles(options.stateDir)
  const holder = await lockHolder(files)
  if (holder !== undefined && !(await end(holder, downWithinMs))) {
    throw new FlyopsError('timed_out', 'sandbox', 'The sandbox did not end within a minute.', {
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
  return { state: 'up', stateDir, pid, apiUrl, registryHost, ownEngine, logFile: files.log }
}

/** The variables that lead to the running sandbox; undefined where it is down. */
export async function environment({
  stateDir,
  realFlyctl,
}: SandboxOptions): Promise<Readonly<Record<string, string>> | undefined> {
  const run = await readRun(stateFiles(stateDir))
  return run === undefined ? undefined : environmentOf(run, realFlyctl)
}

/** Makes something go wrong from the next request on; also before the sandbox is up. */
export async function addFault({ stateDir }: SandboxOptions, fault: NewFault): Promise<Fault> {
  await makeFolder(stateDir)
  return faults.addFault(stateFiles(stateDir).faults, fault)
}

export function listFaults({ stateDir }: SandboxOptions): Promise<readonly Fault[]> {
  return faults.listFaults(stateFiles(stateDir).faults)
}

export function clearFaults({ stateDir }: SandboxOptions): Promise<void> {
  return faults.clearFaults(stateFiles(stateDir).faults)
}

async function readRun(files: StateFiles): Promise<RunFile | undefined> {
  const run = await readJson(files.run, runFile)
  const holder = await lockHolder(files)
  return run !== undefined && holder?.pid === run.pid ? run : undefined
}
