import { getApp } from '../api/apps.js'
import type { Command } from '../command.js'
import { FlyctlError } from '../failure.js'
import { yesFlag } from '../flags.js'

export const appsDestroy: Command = {
  takes: '<name>...',
  flags: yesFlag,
  async run({ host, args, flags, openApi }) {
    const api = openApi()
    if (!flags.isOn('yes'))
      throw new FlyctlError('yes flag must be specified when not running interactively')
    for (const name of args) {
      await getApp(api, name)
      await api.machines({ method: 'DELETE', path: `/${name}` })
      host.out(`Destroyed app ${name}\n`)
    }
  },
}
