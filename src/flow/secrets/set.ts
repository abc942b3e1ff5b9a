import type { NextCall } from '../../errors.js'
import { withAppLock } from '../app-lock.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { recorded } from '../record/recorded.js'
import type { SetSecretsInput } from './input.js'
import { type Restarted, restartWith } from './restart.js'
import { readSecrets } from './values.js'

/** What is told of secrets that were set. */
interface SecretsSet extends Partial<Restarted> {
  readonly app: string
  readonly set: string[]
  readonly staged: boolean
  readonly next: NextCall[]
}

/** Gives an app secrets, by a way that no caller sees. Raises `invalid_input`, `forbidden` and what `restartWith` does. */
export async function giveSecrets(
  request: SetSecretsInput,
  context: ToolContext,
): Promise<SecretsSet> {
  const { app, names, stage } = request
  const values = await readSecrets(request, app, context)
  const operation = { tool: 'set_secrets', app, args: request }
  return withAppLock(app, context, ({ guard: onStart }) =>
    recorded(operation, context, async (): Promise<SecretsSet> => {
      const told = { app, set: [...names], staged: stage, next: [] }
      const setting = () =>
        context.flyctl.setSecrets({ app, values, stage }, { ...context, onStart })
      const before = stage ? undefined : await context.flyctl.status(app, context)
      if (before === undefined || before.machines.length === 0) {
        await setting()
        return told
      }
      const restarted = await restartWith({ request, before, setting }, context)
      return { ...told, ...restarted, next: [next.checkHealth({ app }, 'looks again at any time')] }
    }),
  )
}
