import type { Command } from '../command.js'
import { wrapping } from '../failure.js'
import { appFlag, jsonFlag, requireApp } from '../flags.js'
import { printJson } from '../print.js'

interface SecretsAnswer {
  readonly secrets: readonly object[]
}

export const secretsList: Command = {
  flags: { ...appFlag, ...jsonFlag },
  async run({ host, flags, openApi }) {
    const asking = openApi().machines<SecretsAnswer>({ path: `/${requireApp(flags)}/secrets` })
    const { secrets } = await wrapping('failed to list app secrets', asking)
    printJson(host, secrets)
  },
}
