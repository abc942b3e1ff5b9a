import type { Warning } from '../errors.js'
import type { BuildRequest } from './docker.js'

/** Wider than BuildKit's own check SecretsUsedInArgOrEnv, which needs whole words. */
const secretName =
  /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE|API_?KEY|(?:^|_)(?:KEY|AUTH)(?:_|$)/i

/** What is strange in the request itself, whatever builds it. */
export function requestWarnings({ buildArgs }: BuildRequest): readonly Warning[] {
  const secrets = Object.keys(buildArgs).filter(
    (name) => secretName.test(name) && !/PUBLIC/i.test(name),
  )
  if (secrets.length === 0) return []
  const text = `Whoever has the image can read the build arguments ${secrets.join(', ')}.`
  return [{ code: 'build_arg_in_history', cosmetic: false, text }]
}
