import { getAppCompact } from '../api/apps.js'
import { listMachines, type Machine } from '../api/machines.js'
import { currentVersionQuery } from '../api/queries.js'
import type { Command } from '../command.js'
import { wrapping } from '../failure.js'
import { appFlag, jsonFlag, requireApp } from '../flags.js'
import { printJson, withGoNames } from '../print.js'

type VersionAnswer = { readonly app: { readonly currentRelease: { version: number } | null } }

export const status: Command = {
  flags: { ...appFlag, ...jsonFlag },
  async run({ host, flags, openApi }) {
    const api = openApi()
    const appName = requireApp(flags)
    const found = await wrapping('failed to get app', getAppCompact(api, appName))
    const machines = await listMachines(api, appName)
    const asking = api.ask<VersionAnswer>({ query: currentVersionQuery, variables: { appName } })
    const { app } = await wrapping(`could not get current release for app '${appName}'`, asking)
    // Newest ids first, as flyctl sorts them.
    const Machines = [...machines].sort((a, b) => (a.id < b.id ? 1 : -1)).map(printedMachine)
    const Version = app.currentRelease?.version ?? 0
    printJson(host, { ...printedApp(found), Version, Machines })
  },
}

/** The fields that `status` has of an app (flyctl 2026.8, status/machines.go). */
function printedApp(found: object): object {
  const { id, name, deployed, status, hostname, appUrl, organization, platformVersion } =
    Object(found)
  const app = { id, name, deployed, status, hostname, appUrl, organization, platformVersion }
  return Object(withGoNames(app))
}

/** Events have no ids in Go (fly-go 0.9, machine_types.go). */
function printedMachine({ events = [], ...machine }: Machine): object {
  return { ...machine, events: events.map((event) => ({ ...event, id: undefined })) }
}
