import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Api } from '../api/api.js'
import type { FlapsApp } from '../api/apps.js'
import { groupOf, listActive, listManaged } from '../api/machines.js'
import { egressAddressesQuery } from '../api/queries.js'
import { toMachineFiles } from '../config/machine-config.js'
import { formatDuration } from '../go/duration.js'
import { any, struct } from '../go/types.js'
import { toMs } from '../program/clock.js'
import { yellow } from '../program/colours.js'
import { FlyctlError } from '../program/failure.js'
import type { Host } from '../program/host.js'
import { inform } from '../program/notices.js'
import type { AppConfig } from '../shapes/app-config.js'
import type { Machine } from '../shapes/machine.js'
import { provideAddresses } from './addresses.js'
import type { Deployment, Strategy } from './deployment.js'
import { createRelease } from './release.js'
import { createMissingVolumes, createVolumePool, findVolumes, requireVolumes } from './volumes.js'

export interface DeploymentRequest {
  readonly host: Host
  readonly api: Api
  readonly app: FlapsApp
  readonly appName: string
  readonly config: AppConfig
  readonly image: string
  readonly buildId: number
  /** Nanoseconds; the configuration's where it is not given. */
  readonly waitTimeoutNs?: number | undefined
  readonly highAvailability: boolean
  /** Only starts the machines again. */
  readonly isRestart?: boolean
}

const defaultWaitNs = 300e9

/** Finds out what is there, makes what a first deploy needs, and creates the release. */
export async function prepare(request: DeploymentRequest): Promise<Deployment> {
  const { host, api, app, appName, config, highAvailability, isRestart = false } = request
  if (!isRestart) requireNoReleaseCommand(config)
  const strategy = strategyOf(config)
  const waitTimeoutMs = waitTimeoutOf(request)
  const { machines, isUnmanaged } = await findMachines(request)
  const hasMounts = (config.mounts ?? []).length > 0
  const volumes = hasMounts ? await findVolumes(api, appName) : createVolumePool([])
  const isDeployed = ['deployed', 'suspended'].includes(app.status ?? '')
  const isFirst = isUnmanaged || (!isDeployed && machines.length === 0)
  const image = request.image || (machines[0]?.config?.image ?? '')
  if (isFirst && !isRestart) {
    const organization = app.organization?.slug ?? ''
    await provideAddresses({ host, api, appName, organization, config })
    await createMissingVolumes({ host, api, appName, config, image, pool: volumes })
  }
  requireVolumes(config, machines.map(groupOf), volumes)
  const files = await toMachineFiles(config.files, (path) => readFile(resolve(host.cwd, path)))
  const { buildId } = request
  const release = await createRelease(api, { appName, buildId, config, image, strategy })
  if (!isRestart) await askForEgressAddresses(api, appName)
  return {
    host,
    api,
    app,
    appName,
    config,
    image,
    strategy,
    waitTimeoutMs,
    highAvailability,
    isFirst,
    files,
    machines,
    volumes,
    release,
    seenGroups: new Set(),
  }
}

/** Of the flag, else of the configuration; told where it is not the usual one. */
function waitTimeoutOf({ host, config, waitTimeoutNs }: DeploymentRequest): number {
  const waitNs = waitTimeoutNs ?? config.deploy?.wait_timeout ?? defaultWaitNs
  if (waitNs !== defaultWaitNs)
    inform(
      host,
      `Using wait timeout: ${formatDuration(waitNs)} lease timeout: 13s delay between lease refreshes: 4s`,
    )
  return toMs(waitNs)
}

function requireNoReleaseCommand({ deploy }: AppConfig): void {
  if (deploy?.release_command)
    throw new FlyctlError('the stand-in for flyctl does not run release commands')
}

function strategyOf({ deploy }: AppConfig): Strategy {
  const strategy = deploy?.strategy || 'rolling'
  if (strategy === 'rolling' || strategy === 'immediate') return strategy
  throw new FlyctlError(
    `the stand-in for flyctl knows the strategies rolling and immediate, not ${strategy}`,
  )
}

interface FoundMachines {
  readonly machines: readonly Machine[]
  /** There are machines, but none that a deploy made. */
  readonly isUnmanaged: boolean
}

async function findMachines({ host, api, appName }: DeploymentRequest): Promise<FoundMachines> {
  const machines = await listManaged(api, appName)
  if (machines.length > 0) return { machines, isUnmanaged: false }
  const isUnmanaged = (await listActive(api, appName)).length > 0
  if (isUnmanaged)
    host.err(
      `${yellow('[WARNING]')} Your app doesn't have any Fly Launch machines, so we'll create one now. Learn more at \nhttps://fly.io/docs/launch/\n\n`,
    )
  return { machines, isUnmanaged }
}

/** flyctl looks whether they fit the machines' regions; the sandbox has none. */
async function askForEgressAddresses({ ask, signal }: Api, appName: string): Promise<void> {
  const answer = struct('Query', { app: any })
  try {
    await ask({ query: egressAddressesQuery, variables: { appName }, answer })
  } catch (error) {
    if (signal.aborted) throw error
  }
}
