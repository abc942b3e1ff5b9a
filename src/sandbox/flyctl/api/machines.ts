import { list } from '../go/types.js'
import { createBackoff, sleep } from '../program/clock.js'
import { httpStatusOf, wrapping } from '../program/failure.js'
import { type Machine, machine } from '../shapes/machine.js'
import type { Api } from './api.js'

/** All machines, as the API lists them. `doing` is for the error. */
export async function listMachines(
  { machines }: Api,
  app: string,
  doing = 'list VMs',
): Promise<readonly Machine[]> {
  const asking = machines({ path: `/${app}/machines`, answer: list(machine) })
  return (await wrapping(`failed to ${doing}`, asking)).map(withoutCompatChecks)
}

/** Machines that run, or might, and serve the app. */
export async function listActive(api: Api, app: string): Promise<readonly Machine[]> {
  const machines = await listMachines(api, app, 'list active VMs')
  return machines.filter((each) => isActive(each) && !isHelper(each))
}

const appearsWithinMs = 5_000

/** The machines that deploys manage; asked again for 5 s where the app is not found yet. */
export async function listManaged(api: Api, app: string): Promise<readonly Machine[]> {
  const deadlineMs = Date.now() + appearsWithinMs
  const backoff = createBackoff(500, 2_000)
  for (;;) {
    try {
      const machines = await listMachines(api, app, 'list VMs even after retries')
      return machines.filter((each) => isManaged(each) && isActive(each) && !isHelper(each))
    } catch (error) {
      if (httpStatusOf(error) !== 404 || Date.now() > deadlineMs) throw error
    }
    await sleep(backoff(), api.signal)
  }
}

export async function getMachine(
  { machines }: Api,
  app: string,
  id: string,
  signal?: AbortSignal,
): Promise<Machine> {
  const asking = machines({
    path: `/${app}/machines/${id}`,
    answer: machine,
    ...(signal === undefined ? {} : { signal }),
  })
  return withoutCompatChecks(await wrapping(`failed to get VM ${id}`, asking))
}

export function metadataOf({ config, incomplete_config }: Machine, key: string): string {
  return (config ?? incomplete_config)?.metadata?.[key] ?? ''
}

export function groupOf(each: Machine): string {
  return metadataOf(each, 'fly_process_group')
}

/** Made by a deploy: "Fly Launch", by its metadata. */
export function isManaged(each: Machine): boolean {
  return metadataOf(each, 'fly_platform_version') === 'v2'
}

function isActive({ state = '' }: Machine): boolean {
  return !['destroyed', 'destroying'].includes(state)
}

/** Runs a release command or a console. */
function isHelper(each: Machine): boolean {
  return ['fly_app_release_command', 'fly_app_console'].includes(groupOf(each))
}

/** Answers carry checks for older readers beside the real ones (fly-go 0.9, RemoveCompatChecks). */
function withoutCompatChecks(each: Machine): Machine {
  const { checks } = each
  if (checks === undefined) return each
  const kept = checks.filter(({ name = '' }) => !name.startsWith('bg_deployments_compat'))
  return { ...each, checks: kept }
}
