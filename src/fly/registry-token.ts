import { z } from 'zod'
import { FlyopsError } from '../errors.js'
import type { RunResult } from '../process/command.js'
import { parseJson } from '../process/json.js'

const reply = z.object({ token: z.string().min(1) })

/**
 * The password at the registry, of what `auth token` prints: macaroons alone, where there are any (fly-go 0.9,
 * tokens/tokens.go). A reply that cannot be read is not shown: it may have the token in it.
 */
export function readRegistryToken({ reply: printed }: RunResult): string {
  const text = printed?.text ?? ''
  const { data } = reply.safeParse(parseJson(text.slice(Math.max(0, text.search(/^\{/m)))))
  if (data === undefined)
    throw new FlyopsError('unknown_failure', 'auth', 'flyctl does not tell its token.', {
      remedy: 'See in a terminal whether `fly auth token` prints one; else run `fly auth login`.',
    })
  const tokens = data.token.split(',').map((token) => token.trim())
  const macaroons = tokens.filter((token) => /^fm(?:1r|1a|2)_/.test(token))
  return (macaroons.length > 0 ? macaroons : tokens).join(',')
}
