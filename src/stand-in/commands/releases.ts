import { releasesQuery } from '../api/queries.js'
import type { Command } from '../command.js'
import { wrapping } from '../failure.js'
import { appFlag, jsonFlag, requireApp } from '../flags.js'
import { printJson, withGoNames } from '../print.js'

type ReleasesAnswer = { readonly app: { readonly releases: { nodes: { version: number }[] } } }

const limit = 25

export const releases: Command = {
  flags: { ...appFlag, ...jsonFlag, image: { type: 'boolean' } },
  async run({ host, flags, openApi }) {
    const appName = requireApp(flags)
    const query = { query: releasesQuery, variables: { appName, limit } }
    const asking = openApi().ask<ReleasesAnswer>(query)
    const { app } = await wrapping(`failed retrieving app releases ${appName}`, asking)
    const newestFirst = [...app.releases.nodes].sort((a, b) => b.version - a.version)
    printJson(host, withGoNames(newestFirst))
  },
}
