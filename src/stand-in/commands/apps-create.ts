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
    if (flags.isOn('json')) printJson(host, withGoNames(await getApp(api, name)))
    else host.out(`New app created: ${name}\n`)
  },
}

function nameOf({ args: [name], flags }: CommandContext): string {
  if (name) return name
  if (flags.isOn('generate-name')) return makeUpName()
  throw new FlyctlError('name argument or flag must be specified when not running interactively')
}

const adjectives = ['autumn', 'bitter', 'cool', 'dry', 'icy', 'misty', 'quiet', 'still', 'white']
const nouns = ['breeze', 'cloud', 'feather', 'forest', 'lake', 'moon', 'river', 'snow', 'wind']

/** A name such as "still-feather-042", as flyctl makes them up. */
function makeUpName(): string {
  const pick = (words: readonly string[]) => words[Math.floor(Math.random() * words.length)]
  const number = String(Math.floor(Math.random() * 1000)).padStart(3, '0')
  return `${pick(adjectives)}-${pick(nouns)}-${number}`
}
