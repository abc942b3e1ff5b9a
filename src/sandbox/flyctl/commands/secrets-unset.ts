import type { CommandSpec } from '../program/command.js'
import { changeSecrets, secretFlags } from './secret-changes.js'

export const secretsUnset: CommandSpec = {
  words: ['secrets', 'unset'],
  about: 'Unset one or more encrypted secrets for an application',
  usage: 'NAME NAME ...',
  arguments: { min: 1, max: Number.POSITIVE_INFINITY },
  flags: secretFlags,
  async run(context) {
    const removed = context.args.map((name) => [name, undefined])
    await changeSecrets(context, async () => Object.fromEntries(removed))
  },
}
