import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { AuthorizationServer } from './authorization-server.js'

type Tokens = Awaited<ReturnType<OAuthClientProvider['tokens']>>

/** The SDK's client of the server at that address, in which anna has signed in, by PKCE and with a browser of her own. */
export async function signIn(
  url: URL,
  { issuer, scope }: { readonly issuer: AuthorizationServer; readonly scope: string },
): Promise<Client> {
  let tokens: Tokens
  let code = ''
  let verifier = ''
  const authProvider: OAuthClientProvider = {
    redirectUrl: issuer.redirectUri,
    clientMetadata: { redirect_uris: [issuer.redirectUri], scope },
    clientInformation: () => ({ client_id: issuer.clientId }),
    tokens: () => tokens,
    saveTokens(given) {
      tokens = given
    },
    saveCodeVerifier(text) {
      verifier = text
    },
    codeVerifier: () => verifier,
    async redirectToAuthorization(address) {
      code = await browse(address, issuer.redirectUri)
    },
  }
  const open = () => new StreamableHTTPClientTransport(url, { authProvider })
  const first = open()
  await new Client({ name: 'anna', version: '1' }).connect(first).then(
    () => {
      throw new Error('It asks nobody to sign in.')
    },
    (error: unknown) => {
      if (!(error instanceof UnauthorizedError)) throw error
    },
  )
  await first.finishAuth(code)
  const client = new Client({ name: 'anna', version: '1' })
  await client.connect(open())
  return client
}

/** Follows redirects with cookies, as a browser does, until it is sent back with a code. */
async function browse(start: URL, end: string): Promise<string> {
  const cookies = new Map<string, string>()
  let url = start
  for (let step = 0; step < 10; step += 1) {
    if (url.href.startsWith(end)) return url.searchParams.get('code') ?? ''
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const text of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? []
      cookies.set(name, value)
    }
    const to = response.headers.get('location')
    if (to === null) throw new Error(`${url.pathname}: ${response.status} ${await response.text()}`)
    url = new URL(to, url)
  }
  throw new Error('too many redirects')
}
