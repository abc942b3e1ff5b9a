import { viewerQuery } from '../api/queries.js'
import { string, struct } from '../go/types.js'
import type { CommandSpec } from '../program/command.js'
import { wrapping } from '../program/failure.js'
import { jsonFlag } from '../program/flags.js'
import { printJson } from '../program/json.js'

const answer = struct('Query', { viewer: struct('User', { email: string }) })
const identity = struct('identity', { email: string })

export const authWhoami: CommandSpec = {
  words: ['auth', 'whoami'],
  about: 'Show the currently authenticated user',
  flags: [jsonFlag],
  async run({ host, flags, openApi }) {
    const asking = openApi().ask({ query: viewerQuery, answer })
    const { viewer } = await wrapping('failed retrieving current user', asking)
    if (flags.isOn('json')) printJson(host, identity, { email: viewer?.email })
    else host.out(`${viewer?.email}\n`)
  },
}
