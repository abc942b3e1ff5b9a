import { FlyopsError } from '../../errors.js'
import { localOwner, type ToolContext } from '../context.js'

/** Raises `forbidden` where a caller with a token of its own names what flyops itself logs in with. */
export function refuseOwnSecrets(
  names: readonly string[],
  { owner }: Pick<ToolContext, 'owner'>,
): void {
  if (owner === localOwner) return
  const own = names.filter((name) => /^(?:FLY|FLYOPS)_/i.test(name))
  if (own.length === 0) return
  const message = `${own.join(', ')} is a secret of this server, and not for its callers.`
  throw new FlyopsError('forbidden', 'settings', message, {
    remedy: 'Whoever keeps this server can give the value another name.',
  })
}
