import { FlyopsError, type NextCall } from '../../errors.js'
import { unlessUnknown } from '../app/find.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { findSource } from '../secrets/source.js'
import type { DeployInput } from './input.js'

interface Asked {
  /** Where the values are, as the caller says. */
  readonly secretsFile?: string | undefined
  /** The call that was made, to be made again with the file that has the values; unless given, the deploy. */
  readonly again?: ((file: string | undefined) => NextCall) | undefined
}

/** Raises `secret_missing` where the app, or one that is yet to be, lacks a secret that it is said to need, before anything changes. */
export async function checkSecrets(...asked: Parameters<typeof findMissing>): Promise<void> {
  const missing = await findMissing(...asked)
  if (missing !== undefined) throw missing
}

/** The same as `secret_missing`, for those who tell it; undefined where the app has all. */
export async function findMissing(
  request: DeployInput,
  context: ToolContext,
  { secretsFile, again = () => next.deployImage(request, 'then the app has them') }: Asked = {},
): Promise<FlyopsError | undefined> {
  const { app, required_secrets: required = [] } = request
  if (required.length === 0) return undefined
  const present = await context.flyctl.secretNames(app, context).catch(unlessUnknown)
  const names = required.filter((name) => present?.includes(name) !== true)
  if (names.length === 0) return undefined
  const { from, file, isThere } = (
    await findSource({ context: request.context, secrets_file: secretsFile }, context)
  )(names)
  const place = file ?? 'the client’s settings of flyops'
  const remedy = isThere
    ? 'Set it from there, then make the same call again.'
    : `Ask the person to put the value into ${place}, never into the chat; then set it, and make the same call again.`
  const create = present === undefined ? [next.createApp({ app }, 'secrets belong to an app')] : []
  return new FlyopsError('secret_missing', 'deploy', `${app} has no secret ${names.join(', ')}.`, {
    remedy,
    next: [
      ...create,
      next.setSecrets(
        { app, names, from, file, stage: true },
        `takes the values from ${file ?? 'the environment of flyops'}`,
      ),
      again(isThere ? file : secretsFile),
    ],
  })
}
