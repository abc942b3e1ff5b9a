import { durationMs } from '../../durations.js'
import { demand } from '../platform/access.js'
import { actions } from '../platform/caveats.js'
import { Refusal } from '../platform/refusal.js'
import type { ApiContext } from './context.js'
import { addressObject, appObject, tokenObject } from './graphql-app.js'

interface Input<Fields> {
  readonly input: Fields
}

const dayMs = 86_400_000

/** What flyctl's GraphQL mutations do (fly-go, resource_ip_addresses.go and resource_tokens.go). */
export function mutations(context: ApiContext) {
  const { apps, addresses, tokens, clock } = context.platform
  /** The app, where the token may change it. */
  function changeable(name: string | undefined, mutation: string) {
    const app = apps.get(name ?? '')
    demand(context.access, { action: actions.write, app: app.name, mutation })
    return app
  }
  return {
    allocateIpAddress({ input }: Input<{ appId: string; type: string; region?: string }>) {
      const app = changeable(input.appId, 'allocateIpAddress')
      const { type, region = '' } = input
      const given = addresses.assign(app.name, { type, region })
      return { app: appObject(app, context), ipAddress: addressObject(given) }
    },
    releaseIpAddress({ input }: Input<{ appId?: string; ip?: string }>) {
      const app = changeable(input.appId, 'releaseIpAddress')
      addresses.release(app.name, input.ip ?? '')
      return { app: appObject(app, context) }
    },
    createLimitedAccessToken({ input }: Input<TokenInput>) {
      const { name, profile, profileParams, expiry } = input
      const lifeMs = durationMs(expiry ?? '') ?? dayMs
      const { token, value } = tokens.create({ name, lifeMs, app: appOf(profile, profileParams) })
      const tokenHeader = `FlyV1 ${value}`
      return { limitedAccessToken: { ...tokenObject(token), tokenHeader } }
    },
    deleteLimitedAccessToken({ input }: Input<{ id: string }>) {
      return { token: tokens.revoke(input.id).id }
    },
    // None is called invalid: flyctl would forget it, and it may be one of Fly's own.
    validateWireGuardPeers({ input }: Input<{ peerIps: readonly string[] }>) {
      return { invalidPeerIps: [], validPeerIps: input.peerIps }
    },
    // Nobody is behind it. flyctl's agent asks for a peer also where a command sends nothing through it.
    addWireGuardPeer() {
      const wanted = { action: actions.create, feature: 'wg', mutation: 'addWireGuardPeer' }
      demand(context.access, wanted)
      const pubkey = Buffer.from(clock.randomHex(32), 'hex').toString('base64')
      return { peerip: `fdaa:0:1:a7b::${clock.randomHex(2)}`, endpointip: '127.0.0.1', pubkey }
    },
  }

  /** `deploy` is for one app, `deploy_organization` for all. */
  function appOf(profile: string, params: TokenInput['profileParams']): string | null {
    if (profile === 'deploy') return apps.get(String(params?.app_id ?? '')).name
    if (profile === 'deploy_organization') return null
    context.noteUnknown(`tokens of profile ${profile}`)
    throw new Refusal(422, `the local Fly makes no tokens of profile ${profile}`)
  }
}

interface TokenInput {
  readonly name: string
  readonly profile: string
  readonly profileParams?: Readonly<Record<string, unknown>> | null
  readonly expiry?: string
}
