import { timingSafeEqual } from 'node:crypto'
import { iso } from './clock.js'
import { Refusal } from './refusal.js'
import type { Token } from './rows.js'
import type { PlatformContext } from './tables.js'

export interface NewToken {
  readonly name: string
  readonly app: string | null
  readonly lifeMs: number
}

/** What a token opens. */
export interface Access {
  /** One app; null: all of them. */
  readonly app: string | null
}

export type Tokens = ReturnType<typeof createTokens>

export function createTokens({ tables, clock }: PlatformContext) {
  const isValid = ({ revokedAt, expiresAt }: Token) =>
    revokedAt === null && Date.parse(expiresAt) > clock.now()
  return {
    /** Those of an app; null: of the organization. */
    list: (app: string | null) => tables.tokens.list((row) => row.app === app),
    find: (id: string) => tables.tokens.get(id),
    // Not like a macaroon, which flyctl would take apart: those begin with fm1r, fm1a or fm2.
    create: ({ name, app, lifeMs }: NewToken): Token =>
      tables.tokens.put({
        id: clock.randomHex(8),
        name,
        app,
        value: `fo1_sandbox_${clock.randomHex(20)}`,
        createdAt: iso(clock),
        expiresAt: new Date(clock.now() + lifeMs).toISOString(),
        revokedAt: null,
      }),
    revoke(id: string): Token {
      const revoked = tables.tokens.patch(id, { revokedAt: iso(clock) })
      if (revoked === undefined) throw new Refusal(404, 'Could not find LimitedAccessToken')
      return revoked
    },
    /** Undefined for a token that is unknown, revoked or too old. */
    accessOf(value: string): Access | undefined {
      const found = tables.tokens.list(isValid).find((row) => isSame(row.value, value))
      return found === undefined ? undefined : { app: found.app }
    },
  }
}

/** With the sandbox's own token, which opens everything, beside those that were made. */
export function accessWith(own: string, tokens: Tokens): (given: string) => Access | undefined {
  return (given) => (isSame(given, own) ? { app: null } : tokens.accessOf(given))
}

/** Takes as long for any text of the same length. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
