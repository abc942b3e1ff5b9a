import type { Command } from 'commander'
import { z } from 'zod'
import { type AppFlags, findApp } from '../app-name.js'
import { graphqlApp } from '../app-view.js'
import { wrapping } from '../failure.js'
import { isManaged, listMachines } from '../flaps.js'
import type { Host } from '../host.js'
import { machineView } from '../machine-view.js'
import { appCompactQuery, currentReleaseQuery } from '../queries.js'
import { openSession, type Session } from '../session.js'
import { appCommand, printJson } from './command.js'

const compact = z.object({ appcompact: graphqlApp })
const current = z.object({
  app: z.object({ currentRelease: z.object({ version: z.number() }).nullish() }),
})

export function statusCommand(host: Host): Command {
  const command = appCommand('status', 'Show app status')
  return command.action(async () => {
    const flags = command.optsWithGlobals<AppFlags & { json?: boolean }>()
    const session = openSession(host, flags.accessToken)
    const { name } = await findApp(host, flags)
    printJson(host, flags.json, await statusOf(session, name))
  })
}

async function statusOf({ graphql, flaps }: Session, appName: string) {
  const variables = { appName }
  const app = await wrapping('failed to get app: ', async () => {
    const found = await graphql({ query: appCompactQuery, variables }, compact)
    return found.appcompact
  })
  const machines = (await listMachines(flaps, appName)).filter(
    (machine) => isManaged(machine) && machine.state !== 'destroyed',
  )
  const release = await graphql({ query: currentReleaseQuery, variables }, current)
  const { organization, network } = app
  return {
    AppURL: app.appUrl ?? '',
    Deployed: app.deployed,
    Hostname: app.hostname,
    ID: app.id,
    Machines: machines.map(machineView),
    Name: app.name,
    ...(network ? { Network: network } : {}),
    Organization: {
      ID: organization.id,
      InternalNumericID: organization.internalNumericId,
      Name: organization.name,
      Slug: organization.slug,
      RawSlug: organization.rawSlug,
      PaidPlan: organization.paidPlan,
    },
    PlatformVersion: app.platformVersion ?? '',
    Status: app.status,
    Version: release.app.currentRelease?.version ?? 0,
  }
}
