import type { Api } from '../api/api.js'
import { acquireLease, releaseLease } from '../api/leases.js'
import { getMachine } from '../api/machines.js'
import { selectApp } from '../program/app-name.js'
import type { CommandContext } from '../program/command.js'
import { FlyctlError, messageOf, wrap } from '../program/failure.js'

/** A machine whose lease is held. */
export interface LeasedMachine {
  readonly id: string
  readonly nonce: string
  /** Below /v1/apps. */
  readonly path: string
}

const ttlSeconds = 120

/** Does something with each machine that the arguments name, under its lease. */
export async function withLeasedMachines(
  context: CommandContext,
  work: (api: Api, machine: LeasedMachine) => Promise<void>,
): Promise<void> {
  const { args } = context
  const api = context.openApi()
  const { name: app } = await selectApp(context)
  if (args.length === 0)
    throw new FlyctlError('a machine ID must be specified when not running interactively')
  for (const id of args) await findMachine(api, app, id)
  const held: LeasedMachine[] = []
  try {
    for (const id of args) {
      const nonce = await acquireLease(api, { app, id, ttlSeconds })
      held.push({ id, nonce, path: `/${app}/machines/${id}` })
    }
    for (const machine of held) await work(api, machine)
  } finally {
    await Promise.allSettled(held.map(({ id, nonce }) => releaseLease(api, { app, id }, nonce)))
  }
}

async function findMachine(api: Api, app: string, id: string): Promise<void> {
  try {
    await getMachine(api, app, id)
  } catch (error) {
    if (messageOf(error).includes('machine not found'))
      throw new FlyctlError(`machine ${id} was not found in app '${app}'`)
    throw wrap(`could not get machine ${id}`, error)
  }
}
