import type { Api } from '../api/api.js'
import { getAppCompact } from '../api/apps.js'
import { isManaged, listActive } from '../api/machines.js'
import { currentVersionQuery } from '../api/queries.js'
import { bool, int, list, pointer, string, struct } from '../go/types.js'
import { selectApp } from '../program/app-name.js'
import type { CommandSpec } from '../program/command.js'
import { wrapping } from '../program/failure.js'
import { appFlag, configFlag, jsonFlag } from '../program/flags.js'
import { printJson } from '../program/json.js'
import { organizationBasic } from '../shapes/app.js'
import { machine } from '../shapes/machine.js'
import { statusText } from './status-text.js'

/** A Go map, so sorted. */
const statusType = struct('status', {
  AppURL: string,
  Deployed: bool,
  Hostname: string,
  ID: string,
  Machines: list(machine),
  Name: string,
  'Network?': string,
  Organization: pointer(organizationBasic),
  PlatformVersion: string,
  Status: string,
  Version: int,
})

export const status: CommandSpec = {
  words: ['status'],
  about: 'Show app status',
  flags: [appFlag, configFlag, jsonFlag],
  async run(context) {
    const { host, flags } = context
    const api = context.openApi()
    const { name } = await selectApp(context)
    const app = await wrapping('failed to get app', getAppCompact(api, name))
    const machines = await listActive(api, name)
    // Newest ids first, as flyctl sorts them.
    const sorted = [...machines].sort((a, b) => ((a.id ?? '') < (b.id ?? '') ? 1 : -1))
    if (!flags.isOn('json')) {
      host.out(await statusText(api, app, sorted))
      return
    }
    const Version = await currentVersion(api, name)
    printJson(host, statusType, { ...app, Version, Machines: sorted.filter(isManaged) })
  },
}

const versionAnswer = struct('Query', {
  app: struct('App', { currentRelease: pointer(struct('Release', { version: int })) }),
})

async function currentVersion({ ask }: Api, appName: string): Promise<number> {
  const answer = versionAnswer
  const asking = ask({ query: currentVersionQuery, variables: { appName }, answer })
  const { app } = await wrapping(`could not get current release for app '${appName}'`, asking)
  return app?.currentRelease?.version ?? 0
}
