/** Names and errors of MCP 2026-07-28. */
export const modernVersion = '2026-07-28'

export const tasksExtension = 'io.modelcontextprotocol/tasks'

/** Keys of `_meta` (specification, basic, General fields). */
export const metaKeys = {
  version: 'io.modelcontextprotocol/protocolVersion',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
} as const

export interface ProtocolErrorDetails {
  readonly data?: object
  /** Of an answer over HTTP; 200 unless the specification names another. */
  readonly httpStatus?: 200 | 400 | 404
}

/** An error of JSON-RPC, for what is no result of a tool. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code: number
  readonly data: object | undefined
  readonly httpStatus: 200 | 400 | 404

  constructor(
    code: number,
    message: string,
    { data, httpStatus = 200 }: ProtocolErrorDetails = {},
  ) {
    super(message)
    this.code = code
    this.data = data
    this.httpStatus = httpStatus
  }
}

export function invalidParams(message: string): ProtocolError {
  return new ProtocolError(-32_602, message)
}

/** A request that lacks what every one must carry. */
export function malformed(message: string): ProtocolError {
  return new ProtocolError(-32_602, message, { httpStatus: 400 })
}

export function methodNotFound(method: string): ProtocolError {
  return new ProtocolError(-32_601, `Method not found: ${method}`, { httpStatus: 404 })
}

export function headerMismatch(message: string): ProtocolError {
  return new ProtocolError(-32_020, `Header mismatch: ${message}`, { httpStatus: 400 })
}

/** `requiredCapabilities` has the form of a client's capabilities. */
export function missingCapability(requiredCapabilities: object): ProtocolError {
  return new ProtocolError(-32_021, 'Missing required client capability', {
    data: { requiredCapabilities },
    httpStatus: 400,
  })
}

export function unsupportedVersion(requested: string): ProtocolError {
  return new ProtocolError(-32_022, 'Unsupported protocol version', {
    data: { supported: [modernVersion], requested },
    httpStatus: 400,
  })
}
