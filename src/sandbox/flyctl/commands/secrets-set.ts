import type { Command } from 'commander'
import { type AppFlags, findApp } from '../app-name.js'
import { FlyctlError } from '../failure.js'
import type { Host } from '../host.js'
import { updateSecrets } from '../secrets.js'
import { openSession } from '../session.js'
import { appCommand } from './command.js'

export function secretsSetCommand(host: Host): Command {
  const command = appCommand('set', 'Set one or more encrypted secrets for an app')
    .argument('<NAME=VALUE...>')
    .option('--stage', 'Set secrets but skip deployment for machine apps')
    .option('--detach', 'Return immediately instead of monitoring deployment progress')
  return command.action(async (pairs: readonly string[]) => {
    const flags = command.optsWithGlobals<AppFlags & { stage?: boolean }>()
    const session = openSession(host, flags.accessToken)
    const { name: app } = await findApp(host, flags)
    const entries = await Promise.all(pairs.map((pair) => readPair(host, pair)))
    const change = Object.fromEntries(entries)
    await updateSecrets(host, session, { app, change, stage: flags.stage ?? false })
  })
}

/** `NAME=-` takes the value from standard input. */
async function readPair(host: Host, pair: string): Promise<readonly [string, string]> {
  const at = pair.indexOf('=')
  if (at < 1) {
    throw new FlyctlError(`could not parse secrets: '${pair}': must be in the format NAME=VALUE`)
  }
  const value = pair.slice(at + 1)
  return [pair.slice(0, at), value === '-' ? await host.readStdin() : value]
}
