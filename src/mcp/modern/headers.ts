import { isObject, type RpcRequest } from '../message.js'
import { versionOf } from './envelope.js'
import { headerMismatch, modernVersion, unsupportedVersion } from './protocol.js'

/** Which parameter the header Mcp-Name repeats (Streamable HTTP, Standard Request Headers; ext-tasks). */
const namedBy: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
}

/**
 * Raises -32020 where a header lacks or contradicts what the body says: a proxy may have decided by it. What the body
 * itself lacks is for the envelope to say, unless the header names a version that is not served.
 */
export function checkHeaders(headers: Headers, { method, params }: RpcRequest): void {
  const version = versionOf(params)
  if (typeof version !== 'string') {
    const named = headers.get('mcp-protocol-version')
    if (named !== null && named !== modernVersion) throw unsupportedVersion(named)
    return
  }
  expectSame('MCP-Protocol-Version', headers.get('mcp-protocol-version'), version)
  expectSame('Mcp-Method', headers.get('mcp-method'), method)
  const field = Object.hasOwn(namedBy, method) ? namedBy[method] : undefined
  const name = field !== undefined && isObject(params) ? params[field] : undefined
  if (typeof name === 'string') expectSame('Mcp-Name', decoded(headers.get('mcp-name')), name)
}

function expectSame(header: string, value: string | null, expected: string): void {
  if (value === null) throw headerMismatch(`${header} is missing.`)
  if (value !== expected) throw headerMismatch(`${header} is not what the body says.`)
}

/** Values that no header can carry come in base64 (Streamable HTTP, Value Encoding). */
function decoded(value: string | null): string | null {
  const [, encoded] = /^=\?base64\?(.*)\?=$/.exec(value ?? '') ?? []
  if (encoded === undefined) return value
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.toString('base64') !== encoded) throw headerMismatch('Mcp-Name is no base64.')
  return bytes.toString('utf8')
}
