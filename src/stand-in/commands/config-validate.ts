import type { Command } from '../command.js'
import { loadConfig } from '../config/load.js'
import { validate } from '../config/validate.js'
import { FlyctlError } from '../failure.js'
import { appFlag, configFlag } from '../flags.js'

/** Asks no API, but wants a token (flyctl 2026.8). */
export const configValidate: Command = {
  flags: { ...appFlag, ...configFlag, strict: { type: 'boolean', short: 's' } },
  async run({ host, flags, openApi }) {
    openApi()
    const loaded = await loadConfig(host, flags.text('config'))
    if (loaded.wrongType !== undefined) throw new FlyctlError(loaded.wrongType)
    const { isValid, report } = validate(loaded)
    host.out(`${report}\n`)
    const unknown = flags.isOn('strict') ? loaded.unknown : []
    if (unknown.length > 0) {
      const listed = unknown.map((key) => `  - ${key}\n`).join('')
      host.out(`\nStrict validation found unrecognised sections or keys:\n${listed}\n\n`)
    }
    if (!isValid) throw new FlyctlError('App configuration is not valid')
    if (unknown.length > 0) throw new FlyctlError('strict validation failed')
  },
}
