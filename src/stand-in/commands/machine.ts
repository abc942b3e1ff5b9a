import type { Command } from '../command.js'
import { FlyctlError, wrapping } from '../failure.js'
import { appFlag, requireApp } from '../flags.js'

export const machineStart = machineCommand('start', 'started')
export const machineStop = machineCommand('stop', 'stopped')

/** For trying out what flyops makes of machines that somebody stopped: flyops itself does neither. */
function machineCommand(verb: 'start' | 'stop', done: string): Command {
  return {
    about: `${verb === 'start' ? 'Start' : 'Stop'} machines`,
    takes: '<id>...',
    flags: appFlag,
    async run({ host, args, flags, openApi }) {
      const api = openApi()
      const app = requireApp(flags)
      if (args.length === 0)
        throw new FlyctlError('a machine ID must be specified when not running interactively')
      for (const id of args) {
        const call = { method: 'POST', path: `/${app}/machines/${id}/${verb}`, body: {} } as const
        await wrapping(`could not ${verb} machine ${id}`, api.machines(call))
        host.out(`${id} has been ${done}\n`)
      }
    },
  }
}
