import type { Api } from '../api/api.js'
import { appsQuery, organizationQuery } from '../api/queries.js'
import type { Command } from '../command.js'
import { wrapping } from '../failure.js'
import { jsonFlag, orgFlag } from '../flags.js'
import { printJson, withGoNames } from '../print.js'

/** All at once: the sandbox has one page. */
export const appsList: Command = {
  flags: { ...jsonFlag, ...orgFlag },
  async run({ host, flags, openApi }) {
    const api = openApi()
    const slug = flags.text('org')
    const org = slug ? await organizationId(api, slug) : undefined
    const query = { query: appsQuery, variables: { org } }
    const { apps } = await api.ask<{ apps: { nodes: object[] } }>(query)
    printJson(host, withGoNames(apps.nodes))
  },
}

/** Unlike `apps create`, this asks for one alone (flyctl 2026.8). */
async function organizationId({ ask }: Api, slug: string): Promise<string> {
  const query = { query: organizationQuery, variables: { slug } }
  const asking = ask<{ organization: { readonly id: string } }>(query)
  return (await wrapping('error getting organization', asking)).organization.id
}
