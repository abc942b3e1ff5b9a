import type { Command } from '../command.js'
import { jsonFlag } from '../flags.js'
import { printJson } from '../print.js'

export const authToken: Command = {
  flags: { ...jsonFlag, quiet: { type: 'boolean', short: 'q' } },
  async run({ host, openApi }) {
    const { token } = openApi()
    printJson(host, { token })
  },
}
