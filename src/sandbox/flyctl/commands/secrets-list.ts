import type { Command } from 'commander'
import { type AppFlags, findApp } from '../app-name.js'
import { listMachines, type Machine } from '../flaps.js'
import type { Host } from '../host.js'
import { listSecrets } from '../secrets.js'
import { openSession } from '../session.js'
import { appCommand, printJson } from './command.js'

export function secretsListCommand(host: Host): Command {
  const command = appCommand('list', 'List application secret names')
  return command.action(async () => {
    const flags = command.optsWithGlobals<AppFlags & { json?: boolean }>()
    const session = openSession(host, flags.accessToken)
    const { name: app } = await findApp(host, flags)
    const secrets = await listSecrets(session, app)
    const machines = await listMachines(session.flaps, app)
    const rows = secrets.map(({ name, digest, updated_at }) => ({
      name,
      digest: digest ?? '',
      status: statusOf(updated_at ?? '', machines),
    }))
    printJson(host, flags.json, rows)
  })
}

/** Whether the machines were started with the secret. */
function statusOf(changedAt: string, machines: readonly Machine[]): string {
  const later = machines.filter(({ updated_at }) => String(updated_at) > changedAt).length
  if (later === 0) return 'Staged'
  return later === machines.length ? 'Deployed' : 'Partial'
}
