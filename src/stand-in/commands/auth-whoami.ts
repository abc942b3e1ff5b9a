import { viewerQuery } from '../api/queries.js'
import type { Command } from '../command.js'
import { wrapping } from '../failure.js'
import { jsonFlag } from '../flags.js'
import { printJson } from '../print.js'

export const authWhoami: Command = {
  flags: jsonFlag,
  async run({ host, openApi }) {
    const asking = openApi().ask<{ viewer: { email: string } }>({ query: viewerQuery })
    const { viewer } = await wrapping('failed retrieving current user', asking)
    printJson(host, { email: viewer.email })
  },
}
