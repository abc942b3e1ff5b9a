import { type FlyopsError, hasCode, type NextCall } from '../../errors.js'
import { withAppLock } from '../app-lock.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { recorded } from '../record/recorded.js'
import { recordedFolder } from '../record/recorded-folder.js'
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
  const giving = withAppLock(app, context, ({ guard: onStart }) =>
    recorded(operation, context, async (): Promise<SecretsSet> => {
      const told = { app, set: [...names], staged: stage, next: [] }
      const setting = () =>
        context.flyctl.setSecrets({ app, values, stage }, { ...context, onStart })
      const before = stage ? undefined : await context.flyctl.status(app, context)
      if (before === undefined || before.machines.length === 0) {
        await setting()
        return { ...told, next: [await shipWith(request, context)] }
      }
      const restarted = await restartWith({ request, before, setting }, context)
      return { ...told, ...restarted, next: [next.checkHealth({ app }, 'looks again at any time')] }
    }),
  )
  return giving.catch((error: unknown) => {
    throw hasCode(error, 'app_not_found') ? beforeTheApp(error, request) : error
  })
}

/** The secrets reach the app with its next deploy. */
async function shipWith(
  { app, names, file }: SetSecretsInput,
  context: ToolContext,
): Promise<NextCall> {
  const args = {
    app,
    context: await recordedFolder(app, context),
    required_secrets: names,
    ...(file === undefined ? {} : { secrets_file: file }),
  }
  return next.ship(args, 'builds a commit, and deploys it with them')
}

function beforeTheApp(error: FlyopsError, request: SetSecretsInput): FlyopsError {
  const { app } = request
  return error.with({
    stage: 'deploy',
    message: `There is no app ${app} that this login may see.`,
    remedy: 'Create it, then set them: they wait for its first deploy.',
    retry: 'once',
    next: [
      next.createApp({ app }, 'secrets belong to an app'),
      next.setSecrets(request, 'then it can have them'),
    ],
  })
}
