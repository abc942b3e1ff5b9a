import type { CommandSpec } from '../program/command.js'
import { FlyctlError } from '../program/failure.js'
import { changeSecrets, secretFlags } from './secret-changes.js'
import { parseSecrets } from './secret-lines.js'

export const secretsImport: CommandSpec = {
  words: ['secrets', 'import'],
  about: 'Set secrets as NAME=VALUE pairs from stdin',
  flags: secretFlags,
  async run(context) {
    await changeSecrets(context, async () => {
      const secrets = parseSecrets(await context.host.readStdin())
      if (Object.keys(secrets).length === 0)
        throw new FlyctlError('requires at least one SECRET=VALUE pair')
      return secrets
    })
  },
}
