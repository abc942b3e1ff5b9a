import type { Api } from '../api/api.js'
import { getAppCompact, getFlapsApp } from '../api/apps.js'
import { listManaged } from '../api/machines.js'
import { ignored } from '../api/machines-api.js'
import { fetchConfig } from '../config/remote.js'
import { listAddresses } from '../deploy/addresses.js'
import { restartMachines } from '../deploy/machines.js'
import { prepare } from '../deploy/prepare.js'
import { asRelease } from '../deploy/release.js'
import { type GoType, map, pointer, string, struct } from '../go/types.js'
import { selectApp } from '../program/app-name.js'
import type { CommandContext, FlagSpec } from '../program/command.js'
import { wrapping } from '../program/failure.js'
import { appFlag, configFlag } from '../program/flags.js'

export const secretFlags: readonly FlagSpec[] = [
  appFlag,
  configFlag,
  { name: 'stage', type: 'bool', about: 'Set secrets but skip deployment for machine apps' },
  {
    name: 'dns-checks',
    type: 'bool',
    otherwise: true,
    about: 'Perform DNS checks during deployment',
  },
]

/** By name; undefined removes one. */
export type SecretChanges = Readonly<Record<string, string | undefined>>

const values: GoType<SecretChanges> = map(pointer(string))
const request = struct('fly.UpdateAppSecretsRequest', { values })

/** Changes an app's secrets and, unless they are staged, starts its machines again with them. */
export async function changeSecrets(
  context: CommandContext,
  readChanges: () => Promise<SecretChanges>,
): Promise<void> {
  const { host, flags } = context
  const api = context.openApi()
  const { name } = await selectApp(context)
  const { Deployed } = await getAppCompact(api, name)
  const input = { type: request, value: { values: await readChanges() } }
  const path = `/${name}/secrets`
  const updating = api.machines({ method: 'POST', path, input, answer: ignored })
  await wrapping('update secrets', wrapping('failed to update app secrets', updating))
  if (flags.isOn('stage'))
    host.out(
      'Secrets have been staged, but not set on VMs. Deploy or update machines in this app for the secrets to take effect.\n',
    )
  else if (!Deployed && (await listManaged(api, name)).length === 0)
    host.out('Secrets are staged for the first deployment\n')
  else await restart(context, api, name, Deployed ?? false)
}

async function restart(
  { host, flags }: CommandContext,
  api: Api,
  appName: string,
  isDeployed: boolean,
): Promise<void> {
  if (isDeployed) await listManaged(api, appName)
  const config = await wrapping('error loading appv2 config', fetchConfig(api, appName))
  const app = await wrapping('error getting app', getFlapsApp(api, appName))
  const deployment = await prepare({
    host,
    api,
    app,
    appName,
    config,
    image: '',
    buildId: 0,
    highAvailability: false,
    isRestart: true,
  })
  await asRelease(deployment, () => restartMachines(deployment))
  if (flags.isOn('dns-checks')) await listAddresses(deployment)
}
