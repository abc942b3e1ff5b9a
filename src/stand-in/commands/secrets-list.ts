import type { Command } from '../command.js'
import { wrapping } from '../failure.js'
import { appFlag, jsonFlag, requireApp } from '../flags.js'
import { printJson } from '../print.js'

export const secretsList: Command = {
  flags: { ...appFlag, ...jsonFlag },
  async run({ host, flags, openApi }) {
    const asking = openApi().machines<{ secrets: readonly object[] }>({
      path: `/${requireApp(flags)}/secrets`,
    })
    const { secrets } = await wrapping('failed to list app secrets', asking)
    printJson(host, secrets)
  },
}
