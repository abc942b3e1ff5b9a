import { getApp, requireOrganization } from '../api/apps.js'
import type { Command, CommandContext } from '../command.js'
import { FlyctlError } from '../failure.js'
import { jsonFlag, orgFlag, yesFlag } from '../flags.js'
import { printJson, withGoNames } from '../print.js'

export const appsCreate: Command = {
  takes: '[name]',
  flags: { 'generate-name': { type: 'boolean' }, ...orgFlag, ...yesFlag, ...jsonFlag },
  async run(context) {
    const { host, flags, openApi } = context
    const name = nameOf(context)
    const api = openApi()
    const org_slug = await requireOrganization(api, flags.text('org'))
    const body = { name, org_slug, network: '', app_role_id: '' }
    await api.machines({ method: 'POST', path: '?wait=true', body })
    printJson(host, withGoNames(shown(await getApp(api, name))))
  },
}

/** Without what an app has not in Go, and what a new one has not yet. */
function shown(app: object): object {
  const { config, services, imageDetails, sharedIpAddress, ...rest } = Object(app)
  return rest
}

function nameOf({ args: [name], flags }: CommandContext): string {
  if (name) return name
  if (flags.isOn('generate-name')) return `still-feather-${100 + Math.floor(Math.random() * 900)}`
  throw new FlyctlError('name argument or flag must be specified when not running interactively')
}
