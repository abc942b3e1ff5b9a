import { findOrganization } from '../api/apps.js'
import { appsQuery } from '../api/queries.js'
import type { Command } from '../command.js'
import { jsonFlag, orgFlag } from '../flags.js'
import { printJson, withGoNames } from '../print.js'

interface AppsAnswer {
  readonly apps: { readonly nodes: readonly object[] }
}

/** All at once: the sandbox has one page. */
export const appsList: Command = {
  about: 'List apps',
  flags: { ...jsonFlag, ...orgFlag },
  async run({ host, flags, openApi }) {
    const api = openApi()
    const slug = flags.text('org')
    const org = slug ? (await findOrganization(api, slug)).id : undefined
    const { apps } = await api.ask<AppsAnswer>({ query: appsQuery, variables: { org } })
    printJson(host, apps.nodes.map(withGoNames))
  },
}
