import { timingSafeEqual } from 'node:crypto'
import { type Access, anyOf, everything } from './access.js'
import { actions, caveatTypes, permissionOf } from './caveats.js'
import { iso } from './clock.js'
import { type Caveat, mint, readMacaroon, verify } from './macaroon.js'
import { organization } from './organization.js'
import { Refusal } from './refusal.js'
import type { Token } from './rows.js'
import type { PlatformContext } from './tables.js'

export interface NewToken {
  readonly name: string
  readonly app: string | null
  readonly lifeMs: number
}

export interface MadeToken {
  readonly token: Token
  /** What its owner sends; it is kept nowhere. */
  readonly value: string
}

export type Tokens = ReturnType<typeof createTokens>

export function createTokens({ tables, clock }: PlatformContext) {
  const isValid = ({ revokedAt, expiresAt }: Token) =>
    revokedAt === null && Date.parse(expiresAt) > clock.now()
  const numberOf = (app: string) => tables.apps.get(app)?.internalNumericId ?? 0

  /** What a token has when it is made: for an app, that app and what a deploy takes of its organization. */
  function issued({ app, createdAt, expiresAt }: Token): readonly Caveat[] {
    const { all, read } = actions
    const ofApp = (name: string) => {
      const apps = new Map([[numberOf(name), all]])
      // In the order of their names: flyctl writes them anew so, and the signature would not hold.
      const features = new Map(['builder', 'wg'].map((feature) => [feature, all]))
      const present = [caveatTypes.apps, [apps], caveatTypes.featureSet, [features]]
      return { type: caveatTypes.ifPresent, body: [present, read] }
    }
    return [
      { type: caveatTypes.organization, body: [organization.internalNumericId, all] },
      ...(app === null ? [] : [ofApp(app)]),
      { type: caveatTypes.validityWindow, body: [createdAt, expiresAt].map(seconds) },
    ]
  }

  /** Undefined for a token that is unknown, revoked, too old, or narrowed by what is not understood. */
  function accessOf(value: string): Access | undefined {
    const macaroon = readMacaroon(value)
    const found = tables.tokens.get(macaroon?.keyId ?? '')
    if (macaroon === undefined || found === undefined || !isValid(found)) return undefined
    const permission = permissionOf(macaroon.caveats)
    if (permission === undefined || !verify(macaroon, keyOf(found))) return undefined
    return {
      permits: ({ app, ...attempt }) =>
        permission({ ...attempt, app: app === undefined ? undefined : numberOf(app) }, clock.now()),
      isNarrowed: macaroon.caveats.length > issued(found).length,
    }
  }

  return {
    /** Those of an app; null: of the organization. */
    list: (app: string | null) => tables.tokens.list((row) => row.app === app),
    find: (id: string) => tables.tokens.get(id),
    create({ name, app, lifeMs }: NewToken): MadeToken {
      const token = tables.tokens.put({
        id: clock.randomHex(8),
        name,
        app,
        key: clock.randomHex(32),
        createdAt: iso(clock),
        expiresAt: new Date(clock.now() + lifeMs).toISOString(),
        revokedAt: null,
      })
      const random = Buffer.from(clock.randomHex(16), 'hex')
      const caveats = issued(token)
      return { token, value: mint({ keyId: token.id, key: keyOf(token), random, caveats }) }
    },
    revoke(id: string): Token {
      const revoked = tables.tokens.patch(id, { revokedAt: iso(clock) })
      if (revoked === undefined) throw new Refusal(404, 'Could not find LimitedAccessToken')
      return revoked
    },
    accessOf,
  }
}

/** Of what a client sends: one token or several, the sandbox's own, which opens everything, or some that were made. */
export function accessWith(own: string, tokens: Tokens): (given: string) => Access | undefined {
  return (given) => {
    const sent = given.split(',').map((token) => token.trim())
    if (sent.some((token) => isSame(token, own))) return everything
    return anyOf(sent.flatMap((token) => tokens.accessOf(token) ?? []))
  }
}

/** Takes as long for any text of the same length. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function keyOf({ key }: Token): Buffer {
  return Buffer.from(key, 'hex')
}

function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000)
}
