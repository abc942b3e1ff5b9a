import { FlyopsError } from '../../errors.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import type { DeployInput } from './input.js'

/** Raises `secret_missing` where the app lacks a secret that it is said to need, before anything changes. */
export async function checkSecrets(request: DeployInput, context: ToolContext): Promise<void> {
  const { app, required_secrets: required = [] } = request
  if (required.length === 0) return
  const present = await context.flyctl.secretNames(app, context)
  const names = required.filter((name) => !present.includes(name))
  if (names.length === 0) return
  throw new FlyopsError('secret_missing', 'deploy', `${app} has no secret ${names.join(', ')}.`, {
    remedy: 'Set it from where flyops can read the value, then deploy again.',
    next: [
      next.setSecrets(
        { app, names, from: 'env', stage: true },
        'takes the values from the environment of flyops',
      ),
      next.deployImage(request, 'then the app has them'),
    ],
  })
}
