import { toJson } from '../go/encode.js'
import type { CommandSpec } from '../program/command.js'
import { jsonFlag } from '../program/flags.js'
import { standInVersion } from '../program/identity.js'

const nodeNames: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

export const version: CommandSpec = {
  words: ['version'],
  about: 'Show version information',
  flags: [jsonFlag],
  async run({ host, flags }) {
    if (!flags.isOn('json')) {
      host.out(`flyops sandbox stand-in for flyctl v${standInVersion}\n`)
      return
    }
    const identity = {
      Name: 'flyctl',
      Version: standInVersion,
      Commit: '<none>',
      BranchName: 'flyops-sandbox',
      BuildDate: '2026-08-21T00:00:00Z',
      OS: process.platform,
      Architecture: nodeNames[process.arch] ?? process.arch,
      Environment: 'flyops-sandbox',
    }
    host.out(`${toJson(identity)}\n`)
  },
}
