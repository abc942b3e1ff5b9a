import { Command } from 'commander'
import { z } from 'zod'
import { graphqlApp } from '../app-view.js'
import { FlyctlError } from '../failure.js'
import type { Host } from '../host.js'
import { appQuery } from '../queries.js'
import { openSession } from '../session.js'

interface Flags {
  readonly yes?: boolean
  readonly accessToken?: string
}

export function appsDestroyCommand(host: Host): Command {
  const command = new Command('destroy')
    .description('Permanently destroy one or more apps.')
    .argument('<APPNAMES...>')
    .option('-y, --yes', 'Accept all confirmations')
  return command.action(async (names: readonly string[]) => {
    const { yes, accessToken } = command.optsWithGlobals<Flags>()
    const { graphql, flaps } = openSession(host, accessToken)
    for (const name of names) {
      const query = { query: appQuery, variables: { appName: name } }
      await graphql(query, z.object({ app: graphqlApp }))
      if (!yes) {
        host.err('Destroying an app is not reversible.\n')
        throw new FlyctlError('yes flag must be specified when not running interactively')
      }
      await flaps({ method: 'DELETE', path: `/apps/${name}` }, z.looseObject({}))
      host.out(`Destroyed app ${name}\n`)
    }
  })
}
