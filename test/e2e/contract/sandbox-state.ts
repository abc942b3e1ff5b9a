import type { Scene } from './scene.js'

export interface SandboxMachine {
  readonly id: string
  readonly state: string
  readonly config: Readonly<Record<string, unknown>> & {
    readonly metadata: Readonly<Record<string, string>>
    readonly mounts?: readonly { readonly volume: string }[]
  }
}

/** The machines as the sandbox has them, by process group and id. */
export async function machinesIn(
  { api }: Pick<Scene, 'api'>,
  app: string,
): Promise<readonly SandboxMachine[]> {
  const machines = await api<readonly SandboxMachine[]>(`/v1/apps/${app}/machines`)
  const orderOf = ({ id, config }: SandboxMachine) => `${config.metadata.fly_process_group} ${id}`
  return [...machines].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
}

export interface MachineHandle {
  readonly id: string
  post(action: string, body?: object): Promise<unknown>
  /** Until it has that state. */
  wait(state: string): Promise<unknown>
}

/** Does something with each machine of the scene's app, by the sandbox's own API. */
export async function eachMachine(
  scene: Scene,
  work: (machine: MachineHandle) => Promise<unknown>,
): Promise<void> {
  for (const { id } of await machinesIn(scene, scene.app)) {
    const path = `/v1/apps/${scene.app}/machines/${id}`
    await work({
      id,
      post: (action, body) => scene.api(`${path}/${action}`, 'POST', body),
      wait: (state) => scene.api(`${path}/wait?state=${state}&timeout=30`),
    })
  }
}

/** Their states and releases: `web started 1`. */
export async function summaryOf(scene: Scene, app = scene.app): Promise<readonly string[]> {
  return (await machinesIn(scene, app)).map(({ state, config }) => {
    const { fly_process_group: group, fly_release_version: release } = config.metadata
    return `${group} ${state} ${release}`
  })
}

/** Statuses of the releases, newest first: `2 complete ROLLING`. */
export async function releasesIn({ api }: Scene, app: string): Promise<readonly string[]> {
  interface Answer {
    readonly releases: readonly {
      readonly version: number
      readonly status: string
      readonly strategy: string
    }[]
  }
  const { releases } = await api<Answer>(`/api/v1/apps/${app}/releases`)
  return releases.map(({ version, status, strategy }) => `${version} ${status} ${strategy}`)
}

/** What a machine was given, without what names the release, and without fields that say nothing. */
export function givenTo({ config }: SandboxMachine): unknown {
  const { fly_release_id, fly_release_version, fly_flyctl_version, ...metadata } = config.metadata
  return pruned({ ...config, metadata, image: undefined })
}

/** Go's zero values are printed by one flyctl and left out by the other: they mean the same. */
export function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, each]) => [key, pruned(each)])
  return Object.fromEntries(entries.filter(([, each]) => !isNothing(each)))
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === undefined || value === null || value === '' || value === false
}
