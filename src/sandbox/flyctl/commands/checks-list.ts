import type { Command } from 'commander'
import { type AppFlags, findApp } from '../app-name.js'
import { wrapping } from '../failure.js'
import { listMachines } from '../flaps.js'
import type { Host } from '../host.js'
import { checkView } from '../machine-view.js'
import { openSession } from '../session.js'
import { appCommand, printJson } from './command.js'

export function checksListCommand(host: Host): Command {
  const command = appCommand('list', 'List health checks')
  return command.action(async () => {
    const flags = command.optsWithGlobals<AppFlags & { json?: boolean }>()
    const { flaps } = openSession(host, flags.accessToken)
    const { name } = await findApp(host, flags)
    const machines = await wrapping('failed to list active VMs: ', () => listMachines(flaps, name))
    const checks = machines.map(({ id, checks: found }) => [id, (found ?? []).map(checkView)])
    printJson(host, flags.json, Object.fromEntries(checks))
  })
}
