import type { Api } from '../api/api.js'
import { getAppCompact, getCurrentConfig } from '../api/apps.js'
import { listMachines } from '../api/machines.js'
import type { Command } from '../command.js'
import { restartOf } from '../deploy/plan.js'
import { prepare } from '../deploy/prepare.js'
import { asRelease } from '../deploy/release.js'
import { updateMachines } from '../deploy/update.js'
import { FlyctlError, wrapping } from '../failure.js'
import { appFlag, requireApp } from '../flags.js'
import type { Host } from '../host.js'

/** Changes an app's secrets and, unless they are staged, starts its machines again with them. */
export const secretsImport: Command = {
  flags: { ...appFlag, stage: { type: 'boolean' } },
  async run({ host, flags, openApi }) {
    const api = openApi()
    const app = requireApp(flags)
    const { deployed } = await getAppCompact(api, app)
    const values = parseSecrets(await host.readStdin())
    if (Object.keys(values).length === 0)
      throw new FlyctlError('requires at least one SECRET=VALUE pair')
    const updating = api.machines({ method: 'POST', path: `/${app}/secrets`, body: { values } })
    await wrapping('update secrets: failed to update app secrets', updating)
    // An app whose first deploy failed has machines too (flyctl 2026.8, secrets/secrets.go).
    const isRunning = deployed || (await listMachines(api, app)).length > 0
    if (flags.isOn('stage') || !isRunning)
      host.out('Secrets have been staged, but not set on VMs.\n')
    else await restartMachines(host, api, app)
  },
}

/** NAME=VALUE lines; a value in three double quotes may have several lines (flyctl 2026.8, secrets/parser.go). */
export function parseSecrets(text: string): Readonly<Record<string, string>> {
  const pairs = text.matchAll(/^([^#=\s]+)=(?:"{3}([\s\S]*?)"{3}|(.*))$/gm)
  return Object.fromEntries([...pairs].map(([, name, block, line]) => [name, block ?? line]))
}

async function restartMachines(host: Host, api: Api, app: string): Promise<void> {
  const config = await wrapping('error loading appv2 config', getCurrentConfig(api, app))
  const choices = { ha: false, smokeChecks: true }
  const deployment = await prepare({ host, api, app, config, ...choices })
  const updates = deployment.machines.map((machine) => restartOf(deployment, machine))
  await asRelease(deployment, () => updateMachines(deployment, updates))
}
