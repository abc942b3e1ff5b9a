import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Log } from '../log.js'
import { type Lock, takeLock } from '../process/lock.js'
import { createApi } from './api/api.js'
import type { Served } from './api/context.js'
import { openBuilder } from './builder.js'
import { type Closers, createClosers } from './closers.js'
import { inWords } from './disk-failures.js'
import { createEdge } from './edge/edge.js'
import { openEngine } from './engine/engine.js'
import { writeStandIn } from './environment.js'
import { writeFailure } from './failure.js'
import { createFaults, type Faults } from './faults/faults.js'
import { loadIdentity, saveIdentity } from './identity.js'
import { endLeftovers } from './leftovers.js'
import { localOnly } from './local-only.js'
import { removeContainers } from './machines/labelled-containers.js'
import { createMachines } from './machines/machines.js'
import { createPrivateNetwork, removePrivateNetwork } from './machines/private-network.js'
import { type Observer, watchRequests } from './observer.js'
import type { SandboxOptions } from './options.js'
import type { Clock } from './platform/clock.js'
import { createPlatform, type Platform } from './platform/platform.js'
import { accessWith } from './platform/tokens.js'
import { openPlatformFile } from './platform-file.js'
import { close, listen } from './ports.js'
import { startRegistry } from './registry/registry.js'
import type { RunFile } from './run-file.js'
import {
  openStateFolder,
  removeFile,
  type StateFiles,
  stateFiles,
  writeJson,
} from './state-folder.js'
import { countUnknown } from './unknown-requests.js'
import { createRecentRequests } from './window/recent-requests.js'

function createClock(faults: Faults): Clock {
  return {
    now: () => Date.now() + faults.skewMs(),
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  }
}

/**
 * The sandbox itself: runs until `signal` is aborted, then ends all that it started. Returns at once
 * where another process has this state folder. A failure to start is also left in the state folder,
 * for whoever waits.
 */
export async function runSandbox(options: SandboxOptions, signal: AbortSignal): Promise<void> {
  const { stateDir, log } = options
  const files = stateFiles(stateDir)
  await openStateFolder(stateDir)
  const onLost = (error: unknown) => log.error({ err: error }, 'the lock of the sandbox was lost')
  const taken = await takeLock({ path: files.lock, note: '', onLost })
  if (taken.kind === 'held') return
  const { lock } = taken
  const closers = createClosers()
  try {
    await inWords(stateDir, async () => {
      await removeFile(files.failure)
      const run = await startParts(options, { files, closers })
      await writeJson(files.run, run)
      log.info({ api: run.apiUrl, registry: run.registryHost }, 'the sandbox is up')
      options.onUp?.()
    })
    await aborted(signal)
  } catch (error) {
    // On a full disk it cannot be left there.
    await writeFailure(files, error).catch(() => {})
    throw error
  } finally {
    await removeFile(files.run)
    await endAll(closers, lock)
    log.info({}, 'the sandbox is down')
  }
}

async function endAll(closers: Closers, lock: Lock): Promise<void> {
  try {
    await closers.closeAll()
  } finally {
    await lock.release()
  }
}

interface Place {
  readonly files: StateFiles
  readonly closers: Closers
}

async function startParts(options: SandboxOptions, { files, closers }: Place): Promise<RunFile> {
  const { log, env, run, loginSeconds } = options
  const requests = createRecentRequests(options.observer)
  const { observer } = requests
  const identity = await loadIdentity(files)
  const { id: sandboxId, token } = identity
  await saveIdentity(files, identity)
  await endLeftovers(files, sandboxId)
  const engine = await openEngine({ ...options, files, sandboxId })
  closers.add(engine.close)
  const { docker } = engine
  await removeContainers(docker, sandboxId)
  // Beside what follows: an engine takes its time for it.
  const makingNetwork = options.privateNetwork
    ? createPrivateNetwork({ docker, sandboxId, log })
    : Promise.resolve(undefined)
  const networkIsMade = makingNetwork.catch(() => {})
  closers.add(() => networkIsMade.then(() => removePrivateNetwork(docker, sandboxId)))
  const openingBuilder = openBuilder(options, files)
  const builderIsOpen = openingBuilder.catch(() => undefined)
  closers.add(async () => (await builderIsOpen)?.close())
  const { ports } = identity
  const faults = createFaults({ file: files.faults, now: Date.now, onStrike: observer.strike })
  const { platform, settled } = await openPlatform(
    { files, closers, sandboxId, clock: createClock(faults) },
    log,
  )
  const ownsRepository = (app: string) => platform.apps.find(app) !== undefined
  const shared = { files, sandboxId, docker, env, run, faults, observer, log }
  const accessOf = accessWith(token, platform.tokens)
  const registry = await startRegistry({ ...shared, accessOf, ports, loginSeconds, ownsRepository })
  closers.add(registry.close)
  const { images, pullConfig, host: registryHost } = registry
  const volumesFolder = files.volumes
  const machines = createMachines({
    ...shared,
    platform,
    images,
    pullConfig,
    network: await makingNetwork,
    volumesFolder,
  })
  closers.add(machines.close)
  const edge = createEdge({ platform, machines, faults, idleMs: options.idleSeconds * 1000, log })
  closers.add(edge.closeAll)
  const smokeMs = options.smokeSeconds * 1000
  const faultFile = files.faults
  const context = {
    platform,
    settled,
    machines,
    images,
    edge,
    token,
    smokeMs,
    faults,
    faultFile,
    window: {
      folder: options.windowFolder,
      requests,
      unknownFile: files.unknown,
      experiment: options.experiment,
    },
    log,
  }
  await removeFile(files.unknown)
  const noteUnknown = countUnknown(files.unknown, (error) =>
    log.warn({ err: error }, 'an unknown request could not be written down'),
  )
  const api = await serveApi({ ...context, noteUnknown }, { port: ports.api, observer })
  closers.add(api.close)

  const builder = await openingBuilder
  machines.resume()
  for (const { name } of platform.apps.list()) await edge.open(name)
  await saveIdentity(files, { ...identity, ports: { ...registry.ports, api: api.port } })
  return {
    id: sandboxId,
    pid: process.pid,
    token,
    apiUrl: `http://127.0.0.1:${api.port}`,
    registryHost,
    dockerHost: engine.host ?? null,
    builder: builder?.address ?? null,
    flyctl: await writeStandIn(files, options.standIn),
  }
}

async function openPlatform(
  {
    files,
    closers,
    clock,
    sandboxId,
  }: Place & { readonly clock: Clock; readonly sandboxId: string },
  log: Log,
): Promise<{ readonly platform: Platform; readonly settled: () => Promise<void> }> {
  const file = await openPlatformFile({ files, snapshot: () => platform.snapshot(), log })
  const platform = createPlatform({ clock, saved: file.saved, changed: file.changed, sandboxId })
  closers.add(file.close)
  return { platform, settled: file.settled }
}

async function serveApi(
  context: Served,
  wanted: { readonly port: number; readonly observer: Observer | undefined },
) {
  const listener = getRequestListener(createApi(context).fetch)
  const server = createServer(localOnly((request, response) => void listener(request, response)))
  watchRequests(server, 'api', wanted.observer)
  const port = await listen(server, wanted.port)
  return { port, close: () => close(server) }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    // An open handle: nothing else needs to keep the process alive.
    const alive = setInterval(() => {}, 2 ** 30)
    const end = () => {
      clearInterval(alive)
      resolve()
    }
    signal.addEventListener('abort', end, { once: true })
  })
}
