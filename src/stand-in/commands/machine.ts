import type { Command } from '../command.js'
import { messageOf, wrapping } from '../failure.js'
import { appFlag, requireApp } from '../flags.js'

export const machineStart = machineCommand('start', 'started')
export const machineStop = machineCommand('stop', 'stopped')

/** As flyctl clears them: each lease is looked up, and given back with its own nonce. */
export const machineLeasesClear: Command = {
  takes: '<id>...',
  flags: appFlag,
  async run({ host, args, flags, openApi }) {
    const api = openApi()
    for (const id of args) {
      const path = `/${requireApp(flags)}/machines/${id}/lease`
      const asking = api.machines<{ data: { nonce: string } }>({ path })
      const lease = await wrapping(`failed to get lease on VM ${id}`, asking).catch((error) => {
        if (messageOf(error).includes(' lease not found')) return undefined
        throw error
      })
      if (lease === undefined) continue
      host.out(`clearing lease for machine ${id}\n`)
      await api.machines({ method: 'DELETE', path, nonce: lease.data.nonce })
    }
    host.out('Lease(s) cleared\n')
  },
}

/** For trying out what flyops makes of machines that somebody stopped: flyops itself does neither. */
function machineCommand(verb: 'start' | 'stop', done: string): Command {
  return {
    takes: '<id>...',
    flags: appFlag,
    async run({ host, args, flags, openApi }) {
      const api = openApi()
      const app = requireApp(flags)
      for (const id of args) {
        const call = { method: 'POST', path: `/${app}/machines/${id}/${verb}`, body: {} } as const
        await wrapping(`could not ${verb} machine ${id}`, api.machines(call))
        host.out(`${id} has been ${done}\n`)
      }
    },
  }
}
