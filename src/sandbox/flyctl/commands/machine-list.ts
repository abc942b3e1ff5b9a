import type { Command } from 'commander'
import { type AppFlags, findApp } from '../app-name.js'
import { wrapping } from '../failure.js'
import { listMachines } from '../flaps.js'
import type { Host } from '../host.js'
import { machineView } from '../machine-view.js'
import { openSession } from '../session.js'
import { appCommand, printJson } from './command.js'

export function machineListCommand(host: Host): Command {
  const command = appCommand('list', 'List Fly machines')
  return command.action(async () => {
    const flags = command.optsWithGlobals<AppFlags & { json?: boolean }>()
    const { flaps } = openSession(host, flags.accessToken)
    const { name } = await findApp(host, flags)
    const machines = await wrapping('failed to list VMs: ', () => listMachines(flaps, name))
    printJson(host, flags.json, machines.map(machineView))
  })
}
