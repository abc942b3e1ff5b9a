import type { CommandSpec } from '../program/command.js'
import { readPairs } from '../program/pairs.js'
import { changeSecrets, secretFlags } from './secret-changes.js'

export const secretsSet: CommandSpec = {
  words: ['secrets', 'set'],
  about: 'Set one or more encrypted secrets for an application',
  usage: 'NAME=VALUE NAME=VALUE ...',
  arguments: { min: 1, max: Number.POSITIVE_INFINITY },
  flags: secretFlags,
  async run(context) {
    const { args, host } = context
    await changeSecrets(context, async () => {
      const pairs = readPairs(args, 'could not parse secrets')
      if (!Object.values(pairs).includes('-')) return pairs
      const text = await host.readStdin()
      return Object.fromEntries(
        Object.entries(pairs).map(([name, value]) => [name, value === '-' ? text : value]),
      )
    })
  },
}
