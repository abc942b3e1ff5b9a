import type { Command } from 'commander'
import { type AppFlags, findApp } from '../app-name.js'
import { FlyctlError } from '../failure.js'
import type { Host } from '../host.js'
import { readSecrets } from '../secret-lines.js'
import { updateSecrets } from '../secrets.js'
import { openSession } from '../session.js'
import { appCommand } from './command.js'

export function secretsImportCommand(host: Host): Command {
  const command = appCommand('import', 'Set secrets as NAME=VALUE pairs from stdin')
    .option('--stage', 'Set secrets but skip deployment for machine apps')
    .option('--detach', 'Return immediately instead of monitoring deployment progress')
  return command.action(async () => {
    const flags = command.optsWithGlobals<AppFlags & { stage?: boolean }>()
    const session = openSession(host, flags.accessToken)
    const { name: app } = await findApp(host, flags)
    const change = readSecrets(await host.readStdin())
    if (Object.keys(change).length === 0)
      throw new FlyctlError('requires at least one SECRET=VALUE pair')
    await updateSecrets(host, session, { app, change, stage: flags.stage ?? false })
  })
}
