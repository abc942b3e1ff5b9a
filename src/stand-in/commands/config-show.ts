import { currentConfigQuery } from '../api/queries.js'
import type { Command } from '../command.js'
import { FlyctlError } from '../failure.js'
import { appFlag, requireApp } from '../flags.js'
import { printJson } from '../print.js'

interface ConfigAnswer {
  readonly app: { readonly currentReleaseUnprocessed: { readonly configDefinition: object } | null }
}

export const configShow: Command = {
  about: 'Show the configuration of the newest release',
  flags: { ...appFlag },
  async run({ host, flags, openApi }) {
    const appName = requireApp(flags)
    const operationName = 'FlyctlConfigCurrentRelease'
    const query = { query: currentConfigQuery, operationName, variables: { appName } }
    const { currentReleaseUnprocessed: release } = (await openApi().ask<ConfigAnswer>(query)).app
    if (release === null) throw new FlyctlError(`no machines found for ${appName}`)
    printJson(host, { ...release.configDefinition, app: appName })
  },
}
