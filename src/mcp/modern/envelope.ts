import { isObject, type JsonObject, type RpcRequest } from '../message.js'
import { malformed, metaKeys, modernVersion, unsupportedVersion } from './protocol.js'

/** What a request of MCP 2026-07-28 says of itself. */
export interface Envelope {
  /** The client's, for this request alone. */
  readonly capabilities: JsonObject
  readonly progressToken: string | number | undefined
}

/** The version that a request names; undefined in one of a client that began with `initialize`. */
export function versionOf(params: unknown): unknown {
  return metaOf(params)?.[metaKeys.version]
}

/** Raises -32602 where something is missing, and -32022 for another version. */
export function readEnvelope({ params }: RpcRequest): Envelope {
  const meta = metaOf(params)
  const version = versionOf(params)
  if (meta === undefined || typeof version !== 'string')
    throw malformed(`params._meta must have ${metaKeys.version}.`)
  if (version !== modernVersion) throw unsupportedVersion(version)
  const capabilities = meta[metaKeys.capabilities]
  if (!isObject(capabilities)) throw malformed(`params._meta must have ${metaKeys.capabilities}.`)
  return { capabilities, progressToken: progressTokenOf(params) }
}

/** Undefined where no progress is asked for. */
export function progressTokenOf(params: unknown): Envelope['progressToken'] {
  const { progressToken } = metaOf(params) ?? {}
  return typeof progressToken === 'string' || typeof progressToken === 'number'
    ? progressToken
    : undefined
}

/** What a request, of any version, has beside its parameters. */
export function metaOf(params: unknown): JsonObject | undefined {
  const meta = isObject(params) ? params._meta : undefined
  return isObject(meta) ? meta : undefined
}
