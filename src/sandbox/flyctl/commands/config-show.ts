import { fetchConfig } from '../config/remote.js'
import { encode, toJson } from '../go/encode.js'
import { selectApp } from '../program/app-name.js'
import type { CommandContext, CommandSpec } from '../program/command.js'
import { FlyctlError } from '../program/failure.js'
import { appFlag, configFlag } from '../program/flags.js'
import { type AppConfig, appConfig } from '../shapes/app-config.js'

export const configShow: CommandSpec = {
  words: ['config', 'show'],
  about: "Show an app's configuration",
  flags: [
    appFlag,
    configFlag,
    { name: 'local', type: 'bool', about: 'Parse and show local fly.toml as JSON' },
  ],
  async run(context) {
    const config = await findConfig(context)
    context.host.out(spaced(toJson(encode(appConfig, config), 2)))
  },
}

async function findConfig(context: CommandContext): Promise<AppConfig> {
  const api = context.openApi()
  const { name, loaded } = await selectApp(context)
  if (!context.flags.isOn('local')) return fetchConfig(api, name)
  if (loaded === undefined) throw new FlyctlError('No local fly.toml found')
  return loaded.config
}

/** An empty line before each section but the first of its kind, as in flyctl's toml. */
function spaced(json: string): string {
  let inSection = true
  const lines = json.split('\n').map((line) => {
    const opens = /^\s*"?\w+"?:( [[{])?$/.test(line)
    const gap = opens && !inSection ? '\n' : ''
    inSection = opens
    return `${gap}${line}\n`
  })
  return lines.join('')
}
