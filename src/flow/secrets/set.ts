import type { NextCall, Warning } from '../../errors.js'
import { withAppLock } from '../app-lock.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { recorded } from '../record/recorded.js'
import type { SetSecretsInput } from './input.js'
import { readSecrets } from './values.js'

/** What is told of secrets that were set. */
interface SecretsSet {
  readonly app: string
  readonly set: string[]
  readonly staged: boolean
  readonly next: NextCall[]
  readonly warnings?: Warning[]
}

/** Gives an app secrets, by a way that no caller sees. Raises `invalid_input` and `forbidden`. */
export async function giveSecrets(
  request: SetSecretsInput,
  context: ToolContext,
): Promise<SecretsSet> {
  const { app, names, stage } = request
  const values = await readSecrets(request, app, context)
  const operation = { tool: 'set_secrets', app, args: request }
  return withAppLock(app, context, ({ guard: onStart }) =>
    recorded(operation, context, async (): Promise<SecretsSet> => {
      await context.flyctl.setSecrets({ app, values, stage }, { ...context, onStart })
      const look = next.checkHealth({ app }, 'shows whether the app works with them')
      return { app, set: [...names], staged: stage, next: stage ? [] : [look] }
    }),
  )
}
