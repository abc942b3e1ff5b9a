import { unknownKeys } from '../config/strict.js'
import { validate } from '../config/validate.js'
import { selectApp } from '../program/app-name.js'
import type { CommandSpec } from '../program/command.js'
import { FlyctlError } from '../program/failure.js'
import { appFlag, configFlag } from '../program/flags.js'
import { appConfig } from '../shapes/app-config.js'

export const configValidate: CommandSpec = {
  words: ['config', 'validate'],
  about: "Validate an app's config file",
  flags: [
    appFlag,
    configFlag,
    { name: 'strict', short: 's', type: 'bool', about: 'Enable strict validation' },
  ],
  async run(context) {
    const { host, flags } = context
    context.openApi()
    const { loaded } = await selectApp(context)
    if (loaded === undefined) throw new FlyctlError('App config file not found')
    if (loaded.invalid !== undefined) throw new FlyctlError(loaded.invalid)
    const { isValid, report } = validate(loaded)
    host.out(`${report}\n`)
    const unknown = flags.isOn('strict') ? unknownKeys(appConfig, loaded.raw) : []
    if (unknown.length > 0) {
      const listed = unknown.map((key) => `  - ${key}`).join('\n')
      host.out(`\nStrict validation found unrecognised sections or keys:\n${listed}\n\n\n`)
    }
    if (!isValid) throw new FlyctlError('App configuration is not valid')
    if (unknown.length > 0) throw new FlyctlError('strict validation failed')
  },
}
