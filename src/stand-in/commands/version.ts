import type { Command } from '../command.js'
import { jsonFlag } from '../flags.js'
import { standInVersion } from '../version.js'

export const version: Command = {
  flags: jsonFlag,
  async run({ host, flags }) {
    const identity = { Name: 'flyctl', Version: standInVersion, Environment: 'flyops-sandbox' }
    const sentence = `flyops sandbox stand-in for flyctl v${standInVersion}`
    host.out(`${flags.isOn('json') ? JSON.stringify(identity) : sentence}\n`)
  },
}
