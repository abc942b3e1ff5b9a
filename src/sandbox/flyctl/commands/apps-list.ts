import type { Api } from '../api/api.js'
import { selectOrganization } from '../api/organizations.js'
import { appsQuery } from '../api/queries.js'
import { bool, list, string, struct } from '../go/types.js'
import type { CommandSpec } from '../program/command.js'
import { jsonFlag, orgFlag } from '../program/flags.js'
import { printJson } from '../program/json.js'
import { relativeTime } from '../program/relative-time.js'
import { table } from '../program/table.js'
import { type App, app } from '../shapes/app.js'

const pageInfo = struct('PageInfo', { hasNextPage: bool, endCursor: string })
const answer = struct('Query', { apps: struct('AppConnection', { pageInfo, nodes: list(app) }) })

export const appsList: CommandSpec = {
  words: ['apps', 'list'],
  about: 'List applications',
  flags: [
    jsonFlag,
    orgFlag,
    { name: 'quiet', short: 'q', type: 'bool', about: 'Only list app names' },
  ],
  async run({ host, flags, openApi }) {
    const api = openApi()
    const slug = flags.text('org')
    const org = slug === '' ? undefined : (await selectOrganization(api, host, slug)).ID
    const apps = await listApps(api, org)
    if (flags.isOn('json')) printJson(host, list(app), apps)
    else if (apps.length > 0) host.out(`${toTable(apps)}\n`)
    else if (!flags.isOn('quiet')) host.out('No apps found\n')
  },
}

async function listApps({ ask }: Api, org: string | undefined): Promise<readonly App[]> {
  const apps: App[] = []
  let after: string | undefined
  for (;;) {
    const given = Object.entries({ org, after }).filter(([, value]) => value !== undefined)
    const page = await ask({
      query: appsQuery,
      answer,
      ...(given.length === 0 ? {} : { variables: Object.fromEntries(given) }),
    })
    apps.push(...(page.apps?.nodes ?? []))
    if (!page.apps?.pageInfo?.hasNextPage) return apps
    after = page.apps.pageInfo.endCursor
  }
}

function toTable(apps: readonly App[]): string {
  const rows = apps.map(({ Name = '', Organization, Status = '', Deployed, CurrentRelease }) => {
    const deployedAt = Deployed ? CurrentRelease?.CreatedAt : undefined
    const latest = deployedAt === undefined ? '' : relativeTime(deployedAt, Date.now())
    return [Name, Organization?.Slug ?? '', Status, latest]
  })
  return table(['Name', 'Owner', 'Status', 'Latest Deploy'], rows)
}
