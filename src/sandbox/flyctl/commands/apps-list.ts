import { Command } from 'commander'
import { z } from 'zod'
import { appView, graphqlApp } from '../app-view.js'
import type { Host } from '../host.js'
import { appsQuery } from '../queries.js'
import { openSession } from '../session.js'
import { printJson } from './command.js'

const answer = z.object({ apps: z.object({ nodes: z.array(graphqlApp) }) })

interface Flags {
  readonly json?: boolean
  readonly accessToken?: string
}

export function appsListCommand(host: Host): Command {
  const command = new Command('list')
    .description('List applications.')
    .option('-j, --json', 'JSON output')
  return command.action(async () => {
    const { json, accessToken } = command.optsWithGlobals<Flags>()
    const { graphql } = openSession(host, accessToken)
    const { apps } = await graphql({ query: appsQuery }, answer)
    printJson(host, json, apps.nodes.map(appView))
  })
}
