import { createApp, getApp } from '../api/apps.js'
import { selectOrganization } from '../api/organizations.js'
import type { CommandContext, CommandSpec } from '../program/command.js'
import { FlyctlError } from '../program/failure.js'
import { jsonFlag, orgFlag, yesFlag } from '../program/flags.js'
import { printJson } from '../program/json.js'
import { app } from '../shapes/app.js'
import { makeUpName } from './made-up-name.js'

export const appsCreate: CommandSpec = {
  words: ['apps', 'create'],
  about: 'Create a new application',
  usage: '[name]',
  arguments: { min: 0, max: 1 },
  flags: [
    { name: 'name', type: 'string', about: 'The app name to use' },
    { name: 'generate-name', type: 'bool', about: 'Generate a name for the app' },
    orgFlag,
    yesFlag,
    jsonFlag,
  ],
  async run(context) {
    const { host, flags } = context
    const api = context.openApi()
    const name = nameOf(context)
    const slug = flags.text('org') || host.env.FLY_ORG || ''
    const organization = await selectOrganization(api, host, slug)
    await createApp(api, name, organization.Slug ?? '')
    if (flags.isOn('json')) printJson(host, app, await getApp(api, name))
    else host.out(`New app created: ${name}\n`)
  },
}

function nameOf({ args, flags }: CommandContext): string {
  const [argument = ''] = args
  const flag = flags.text('name')
  if (argument !== '' && flag !== '' && argument !== flag)
    throw new FlyctlError(
      `two app names specified ${argument} and ${flag}, only one may be specified`,
    )
  const name = argument || flag
  if (name !== '') return name
  if (flags.isOn('generate-name')) return makeUpName()
  throw new FlyctlError('name argument or flag must be specified when not running interactively')
}
