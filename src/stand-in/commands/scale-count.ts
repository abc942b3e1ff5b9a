import type { Api } from '../api/api.js'
import { groupOf, listMachines, type Machine } from '../api/machines.js'
import type { Command } from '../command.js'
import { FlyctlError, wrapping } from '../failure.js'
import { appFlag, requireApp, yesFlag } from '../flags.js'

/** Makes machines like the first of a group, or destroys its first ones (flyctl 2026.8, scale/count_machines.go). */
export const scaleCount: Command = {
  takes: '<group>=<count>',
  flags: { ...appFlag, ...yesFlag },
  async run({ host, args, flags, openApi }) {
    const api = openApi()
    const app = requireApp(flags)
    const [, group = '', count = ''] = /^(\S+)=(\d+)$/.exec(args[0] ?? '') ?? []
    if (group === '') throw new FlyctlError(`'${args[0]}' is not a valid process=count option`)
    const machines = (await listMachines(api, app)).filter((each) => groupOf(each) === group)
    const [like] = machines
    if (like === undefined)
      throw new FlyctlError(`Attempting to scale unknown process groups [${group}]`)
    const delta = Number(count) - machines.length
    if (delta === 0) {
      host.out('App already scaled to desired state. No need for changes\n')
      return
    }
    host.out(`App '${app}' is going to be scaled according to this plan:\n`)
    for (const { id } of machines.slice(0, Math.max(0, -delta))) {
      const path = `/${app}/machines/${id}?kill=true`
      await wrapping(`failed to destroy VM ${id}`, api.machines({ method: 'DELETE', path }))
      host.out(`  Destroyed ${id} group:${group} region:${like.region}\n`)
    }
    for (let made = 0; made < delta; made += 1) {
      const id = await launch(api, app, like)
      host.out(`  Created ${id} group:${group} region:${like.region}\n`)
    }
  },
}

async function launch(api: Api, app: string, { config, region }: Machine): Promise<string> {
  if ((config.mounts ?? []).length > 0)
    throw new FlyctlError('the stand-in for flyctl makes no volumes')
  const body = { config, region }
  const launching = api.machines<Machine>({ method: 'POST', path: `/${app}/machines`, body })
  return (await wrapping('failed to launch VM', launching)).id
}
