import { durationMs } from '../../durations.js'
import type { Api } from '../api/api.js'
import { listMachines } from '../api/machines.js'
import { flatten, groupNames } from '../config/groups.js'
import type { AppConfig } from '../config/shape.js'
import { FlyctlError, wrapping } from '../failure.js'
import type { Host } from '../host.js'
import type { Deployment, Release, Strategy, Volume } from './deployment.js'

export interface DeploymentRequest {
  readonly host: Host
  readonly api: Api
  readonly app: string
  readonly config: AppConfig
  /** Undefined where the machines are only to start again: then it is theirs. */
  readonly image?: string
  /** The configuration's where it is not given. */
  readonly waitTimeoutMs?: number | undefined
  readonly ha: boolean
  readonly smokeChecks: boolean
}

const defaultWaitMs = 300_000

/** Finds out what is there, makes the volumes of a first deploy, and creates the release. */
export async function prepare(request: DeploymentRequest): Promise<Deployment> {
  const { host, api, app, config, ha, smokeChecks } = request
  if (request.image !== undefined && config.deploy?.release_command)
    throw new FlyctlError('the stand-in for flyctl does not run release commands')
  const strategy = strategyOf(config)
  const machines = await listMachines(api, app)
  const volumes = await findVolumes(request, machines.length === 0)
  const image = request.image ?? machines[0]?.config.image ?? ''
  const body = { app_name: app, definition: config, image, strategy: strategy.toUpperCase() }
  const creating = { method: 'POST', path: '/releases', body, doing: 'create release' } as const
  const { release } = await api.uiex<{ release: Release }>(creating)
  const waitTimeoutMs =
    request.waitTimeoutMs ?? durationMs(config.deploy?.wait_timeout ?? '') ?? defaultWaitMs
  const seenGroups = new Set<string>()
  const found = { machines, volumes, release, seenGroups }
  const chosen = { image, strategy, waitTimeoutMs, ha, smokeChecks }
  return { host, api, app, config, ...chosen, ...found }
}

function strategyOf({ deploy }: AppConfig): Strategy {
  const strategy = deploy?.strategy || 'rolling'
  if (strategy === 'rolling' || strategy === 'immediate') return strategy
  throw new FlyctlError(
    `the stand-in for flyctl knows the strategies rolling and immediate, not ${strategy}`,
  )
}

/** Those that no machine has; a first deploy makes one for each group that mounts one and finds none. */
async function findVolumes({ host, api, app, config }: DeploymentRequest, isFirst: boolean) {
  if (config.mounts === undefined) return []
  const path = `/${app}/volumes`
  const asking = api.machines<readonly Volume[]>({ path })
  const all = await wrapping('Error fetching application volumes', asking)
  const free = all.filter((volume) => volume.attached_machine_id === null)
  const mounts = groupNames(config).flatMap((group) => flatten(config, group).mounts ?? [])
  for (const { source: name = '', initial_size = '1' } of isFirst ? mounts : []) {
    if (free.some((volume) => volume.name === name)) continue
    const size_gb = Number.parseInt(initial_size, 10)
    host.out(`Creating a ${size_gb} GB volume named '${name}'\n`)
    const body = { name, region: config.primary_region, size_gb, encrypted: true }
    free.push(await api.machines<Volume>({ method: 'POST', path, body }))
  }
  return free
}
