import type { Command } from 'commander'
import { type AppFlags, findApp } from '../app-name.js'
import { FlyctlError } from '../failure.js'
import type { Host } from '../host.js'
import { requireToken } from '../session.js'
import { appCommand } from './command.js'

/** The file as JSON. Of an app without a local file the real flyctl makes one up from its machines. */
export function configShowCommand(host: Host): Command {
  const command = appCommand('show', "Show an app's configuration").option(
    '--local',
    'Parse and show local fly.toml as JSON',
  )
  return command.action(async () => {
    const flags = command.optsWithGlobals<AppFlags & { local?: boolean }>()
    requireToken(host.env, flags.accessToken)
    const { loaded } = await findApp(host, flags)
    if (!flags.local || loaded === undefined) {
      throw new FlyctlError('this stand-in for flyctl shows local files only; add --local')
    }
    host.out(`${JSON.stringify(loaded.config, null, 2)}\n`)
  })
}
