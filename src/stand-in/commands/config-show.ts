import { getCurrentConfig } from '../api/apps.js'
import type { Command } from '../command.js'
import { appFlag, requireApp } from '../flags.js'
import { printJson } from '../print.js'

export const configShow: Command = {
  flags: appFlag,
  async run({ host, flags, openApi }) {
    printJson(host, await getCurrentConfig(openApi(), requireApp(flags)))
  },
}
