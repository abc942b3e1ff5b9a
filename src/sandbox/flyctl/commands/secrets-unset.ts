import type { Command } from 'commander'
import { type AppFlags, findApp } from '../app-name.js'
import type { Host } from '../host.js'
import { updateSecrets } from '../secrets.js'
import { openSession } from '../session.js'
import { appCommand } from './command.js'

export function secretsUnsetCommand(host: Host): Command {
  const command = appCommand('unset', 'Unset one or more encrypted secrets for an app')
    .argument('<NAMES...>')
    .option('--stage', 'Set secrets but skip deployment for machine apps')
    .option('--detach', 'Return immediately instead of monitoring deployment progress')
  return command.action(async (names: readonly string[]) => {
    const flags = command.optsWithGlobals<AppFlags & { stage?: boolean }>()
    const session = openSession(host, flags.accessToken)
    const { name: app } = await findApp(host, flags)
    const change = Object.fromEntries(names.map((name) => [name, null]))
    await updateSecrets(host, session, { app, change, stage: flags.stage ?? false })
  })
}
