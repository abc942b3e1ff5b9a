import { z } from 'zod'
import type { RemoteImage } from '../docker/docker.js'
import { isLoopback } from '../docker/remote.js'
import { parseJson } from '../process/json.js'
import { version } from '../version.js'

/** What a GET got, or why it got nothing. */
export type Answer =
  | { readonly kind: 'body'; readonly text: string }
  | Exclude<RemoteImage, { readonly kind: 'found' }>

const timeoutMs = 60_000
const maxBytes = 4 * 2 ** 20

const accepted = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ')

/** GETs as user `x` with the token, by the way that the registry asks for: Basic, or a token of its own for it. */
export async function ask(
  url: string,
  token: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const basic = `Basic ${Buffer.from(`x:${token}`).toString('base64')}`
  try {
    const response = await get(url, basic, signal)
    const realm = response.status === 401 ? realmOf(response) : undefined
    if (realm === undefined) return await read(response)
    const granted = await read(await get(realm, basic, signal))
    if (granted.kind !== 'body') return granted
    return await read(await get(url, `Bearer ${bearerIn(granted.text)}`, signal))
  } catch (error) {
    signal?.throwIfAborted()
    const { cause, message } = error as Error
    return { kind: 'failed', text: cause instanceof Error ? cause.message : message }
  }
}

/** Where the registry's storage is elsewhere, fetch follows there without the login. */
function get(url: string, authorization: string, signal: AbortSignal | undefined) {
  const limit = AbortSignal.timeout(timeoutMs)
  return fetch(url, {
    headers: { accept: accepted, authorization, 'user-agent': `flyops/${version}` },
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  })
}

/** Of `Bearer realm="https://…",service="…",scope="…"` (distribution, docs/spec/auth/token.md); nothing that is not encrypted. */
function realmOf({ headers }: Response): string | undefined {
  const challenge = headers.get('www-authenticate') ?? ''
  if (!/^bearer /i.test(challenge)) return undefined
  const { realm, service, scope } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
  if (realm === undefined || !URL.canParse(realm)) return undefined
  const url = new URL(realm)
  if (url.protocol !== 'https:' && !isLoopback(`${url.host}/`)) return undefined
  if (service !== undefined) url.searchParams.set('service', service)
  if (scope !== undefined) url.searchParams.set('scope', scope)
  return url.href
}

function bearerIn(text: string): string {
  const reply = z.object({ token: z.string().optional(), access_token: z.string().optional() })
  const { data } = reply.safeParse(parseJson(text))
  return data?.token ?? data?.access_token ?? ''
}

async function read(response: Response): Promise<Answer> {
  const text = await textOf(response)
  if (text === undefined) return { kind: 'failed', text: `more than ${maxBytes} bytes` }
  if (response.ok) return { kind: 'body', text }
  const shown = `${response.status} ${text.slice(0, 500)}`.trim()
  if (response.status === 401 || response.status === 403)
    return { kind: 'unauthorized', text: shown }
  if (response.status !== 404) return { kind: 'failed', text: shown }
  return text.includes('NAME_UNKNOWN') ? { kind: 'no_repository', text: shown } : { kind: 'absent' }
}

async function textOf({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
