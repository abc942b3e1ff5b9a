import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import Provider, { type JWK } from 'oidc-provider'

export interface AuthorizationServer {
  readonly issuer: string
  readonly clientId: string
  readonly redirectUri: string
  /** A token as the server signs them, with what is wrong in it. */
  sign(
    claims: JWTPayload,
    header?: { readonly typ?: string; readonly kid?: string },
  ): Promise<string>
  /** From now on it has another key, and no longer the one before. */
  rotateKeys(): Promise<void>
  stop(): Promise<void>
}

const clientId = 'mcp-client'
const redirectUri = 'http://127.0.0.1:9/callback'
const minuteSeconds = 60

/** A real authorization server (oidc-provider) on this machine, in which `anna` of the group leads is signed in. */
export async function startAuthorizationServer(
  resource: string,
  scope: string,
): Promise<AuthorizationServer> {
  const keys = await createKeys()
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {}
  const server = createServer((request, response) => handle(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let current = keys
  const serve = () => {
    const provider = createProvider(issuer, { resource, scope, key: current.jwk })
    const callback = provider.callback()
    handle = (request, response) =>
      request.url?.startsWith('/interaction/')
        ? void signIn(provider, request, response)
        : void callback(request, response)
  }
  serve()
  return {
    issuer,
    clientId,
    redirectUri,
    async sign(claims, { typ = 'at+jwt', kid = current.kid } = {}) {
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({ iss: issuer, aud: resource, sub: 'ci', scope, ...claims })
        .setProtectedHeader({ alg: 'ES256', typ, kid })
        .setIssuedAt(claims.iat ?? now)
        .setExpirationTime(claims.exp ?? now + minuteSeconds)
        .sign(current.privateKey)
    },
    async rotateKeys() {
      current = await createKeys()
      serve()
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

let made = 0

async function createKeys() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  made += 1
  const kid = `key-${made}`
  return {
    privateKey,
    kid,
    jwk: { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid } as JWK,
  }
}

interface Served {
  readonly resource: string
  readonly scope: string
  readonly key: JWK
}

function createProvider(issuer: string, { resource, scope, key }: Served): Provider {
  return new Provider(issuer, {
    jwks: { keys: [key] },
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
        application_type: 'native',
      },
    ],
    scopes: [scope, 'openid', 'offline_access'],
    pkce: { required: () => true },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    extraTokenClaims: () => ({ groups: ['leads'] }),
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope,
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: minuteSeconds,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  })
}

/** What a person does in the browser: signs in, and agrees. */
async function signIn(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: 'anna' } })
    return
  }
  const grant =
    (grantId === undefined ? undefined : await provider.Grant.find(grantId)) ??
    new provider.Grant({ accountId: session?.accountId ?? '', clientId: String(params.client_id) })
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as {
    readonly missingOIDCScope?: readonly string[]
    readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>
  }
  if (missingOIDCScope.length > 0) grant.addOIDCScope(missingOIDCScope.join(' '))
  for (const [indicator, scopes] of Object.entries(missingResourceScopes))
    grant.addResourceScope(indicator, scopes.join(' '))
  await provider.interactionFinished(
    request,
    response,
    { consent: { grantId: await grant.save() } },
    { mergeWithLastSubmission: true },
  )
}
