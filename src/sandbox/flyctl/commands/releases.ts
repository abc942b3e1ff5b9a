import { releasesQuery } from '../api/queries.js'
import { list, struct } from '../go/types.js'
import { selectApp } from '../program/app-name.js'
import type { CommandSpec } from '../program/command.js'
import { wrapping } from '../program/failure.js'
import { appFlag, configFlag, jsonFlag } from '../program/flags.js'
import { printJson } from '../program/json.js'
import { relativeTime } from '../program/relative-time.js'
import { table } from '../program/table.js'
import { type Release, release } from '../shapes/app.js'

const releaseConnection = struct('ReleaseConnection', { nodes: list(release) })
const answer = struct('Query', { app: struct('App', { releases: releaseConnection }) })
const limit = 25

export const releases: CommandSpec = {
  words: ['releases'],
  about: 'List app releases',
  flags: [
    appFlag,
    configFlag,
    jsonFlag,
    {
      name: 'image',
      type: 'bool',
      about: 'Display the Docker image reference of the release',
    },
  ],
  async run(context) {
    const { host, flags } = context
    const api = context.openApi()
    const { name } = await selectApp(context)
    const asking = api.ask({ query: releasesQuery, variables: { appName: name, limit }, answer })
    const { app } = await wrapping(`failed retrieving app releases ${name}`, asking)
    const found = [...(app?.releases?.nodes ?? [])]
    found.sort((a, b) => (b.Version ?? 0) - (a.Version ?? 0))
    if (flags.isOn('json')) printJson(host, list(release), found)
    else host.out(`${toTable(found, flags.isOn('image'))}\n`)
  },
}

function toTable(found: readonly Release[], withImage: boolean): string {
  const headings = ['Version', 'Status', 'Description', 'User', 'Date']
  const rows = found.map((each) => [
    `v${each.Version ?? 0}`,
    each.Status ?? '',
    each.Description ?? '',
    each.User?.Email ?? '',
    relativeTime(each.CreatedAt ?? '', Date.now()),
    ...(withImage ? [each.ImageRef ?? ''] : []),
  ])
  return table(withImage ? [...headings, 'Docker Image'] : headings, rows)
}
