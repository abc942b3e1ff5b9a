import { getApp } from '../api/apps.js'
import { ignored } from '../api/machines-api.js'
import type { CommandSpec } from '../program/command.js'
import { FlyctlError } from '../program/failure.js'
import { yesFlag } from '../program/flags.js'

export const appsDestroy: CommandSpec = {
  words: ['apps', 'destroy'],
  about: 'Permanently destroy one or more apps',
  usage: '<app name(s)>',
  arguments: { min: 0, max: Number.POSITIVE_INFINITY },
  flags: [yesFlag],
  async run({ host, args, flags, openApi }) {
    const api = openApi()
    if (args.length === 0) throw new FlyctlError('no app names provided')
    for (const name of args) {
      if (!flags.isOn('yes')) {
        host.err('Destroying an app is not reversible.\n')
        throw new FlyctlError('yes flag must be specified when not running interactively')
      }
      await getApp(api, name)
      await api.machines({ method: 'DELETE', path: `/${name}`, answer: ignored })
      host.out(`Destroyed app ${name}\n`)
    }
  },
}
