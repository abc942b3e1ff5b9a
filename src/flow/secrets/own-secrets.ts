import { FlyopsError } from '../../errors.js'
import { localOwner, type ToolContext } from '../context.js'

type Asked = Pick<ToolContext, 'owner' | 'env'>

/** Whether flyops itself may log in with it: nothing that a program prints asks for one of these with reason. */
export function isOwnSecret(name: string): boolean {
  return /^(?:FLY|FLYOPS)_/i.test(name)
}

/** Raises `forbidden` where a caller with a token of its own names what flyops itself logs in with. */
export function refuseOwnSecrets(names: readonly string[], { owner }: Asked): void {
  if (owner === localOwner) return
  const own = names.filter(isOwnSecret)
  if (own.length > 0) throw notForCallers(own.join(', '))
}

/** The same for what it would get under another name: `what` names the place. */
export function refuseOwnValues(text: string, what: string, { owner, env }: Asked): void {
  if (owner === localOwner) return
  const logins = Object.entries(env).flatMap(([name, value]) =>
    (loginName.test(name) || otelLogin.test(name)) &&
    value !== undefined &&
    value.length >= leastChars
      ? [value]
      : [],
  )
  const isOwn = flyToken.test(text) || loginName.test(text)
  if (isOwn || logins.some((login) => text.includes(login))) throw notForCallers(what)
}

/** Also as a line of a file that flyops is started with: FLY_API_TOKEN=…, FLYOPS_GIT_TOKEN=… */
const loginName = /\b(?:FLY|FLYOPS)_[A-Z_]*TOKEN\b|\bFLYOPS_DATABASE_URL\b/
/** An app may have one of its own under the same name. */
const otelLogin = /^OTEL_EXPORTER_OTLP_(?:[A-Z]+_)?HEADERS$/
const flyToken = /\b(?:fm1r|fm1a|fm2|fo1)_|\bFlyV1 /
const leastChars = 4

function notForCallers(what: string): FlyopsError {
  const message = `${what} is a secret of this server, or holds one, and not for its callers.`
  return new FlyopsError('forbidden', 'settings', message, {
    remedy: 'Whoever keeps this server can give the value a name, and a file, of its own.',
  })
}
