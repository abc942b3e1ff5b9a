import { FlyopsError } from '../../errors.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { findSource } from '../secrets/source.js'
import type { DeployInput } from './input.js'

/** Raises `secret_missing` where the app lacks a secret that it is said to need, before anything changes. */
export async function checkSecrets(
  request: DeployInput,
  context: ToolContext,
  secretsFile?: string,
): Promise<void> {
  const { app, required_secrets: required = [] } = request
  if (required.length === 0) return
  const present = await context.flyctl.secretNames(app, context)
  const names = required.filter((name) => !present.includes(name))
  if (names.length === 0) return
  const { from, file } = (
    await findSource({ context: request.context, secrets_file: secretsFile }, context)
  )(names)
  throw new FlyopsError('secret_missing', 'deploy', `${app} has no secret ${names.join(', ')}.`, {
    remedy: 'Set it from where flyops can read the value, then deploy again.',
    next: [
      next.setSecrets(
        { app, names, from, file, stage: true },
        `takes the values from ${file ?? 'the environment of flyops'}`,
      ),
      next.deployImage(request, 'then the app has them'),
    ],
  })
}
