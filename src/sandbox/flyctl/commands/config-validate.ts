import type { Command } from 'commander'
import { type AppFlags, findApp } from '../app-name.js'
import { unknownKeys } from '../config/strict.js'
import { validate } from '../config/validate.js'
import { FlyctlError } from '../failure.js'
import type { Host } from '../host.js'
import { requireToken } from '../session.js'
import { appCommand } from './command.js'

export function configValidateCommand(host: Host): Command {
  const command = appCommand('validate', "Validate an app's config file").option(
    '-s, --strict',
    'Enable strict validation to check for unrecognized sections and keys',
  )
  return command.action(async () => {
    const flags = command.optsWithGlobals<AppFlags & { strict?: boolean }>()
    requireToken(host.env, flags.accessToken)
    const { loaded } = await findApp(host, flags)
    if (loaded === undefined)
      throw new FlyctlError('this stand-in for flyctl validates local files only; add --config')
    if (loaded.wrongType !== undefined) throw new FlyctlError(loaded.wrongType)
    const { report, isValid } = validate(loaded)
    host.out(`${report}\n`)
    const unknown = flags.strict ? unknownKeys(loaded.raw) : []
    if (unknown.length > 0) {
      const list = unknown.map((key) => `  - ${key}`).join('\n')
      host.out(`\nStrict validation found unrecognised sections or keys:\n${list}\n\n\n`)
    }
    if (!isValid) throw new FlyctlError('App configuration is not valid')
    if (unknown.length > 0) throw new FlyctlError('strict validation failed')
  })
}
