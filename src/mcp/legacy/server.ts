import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js'
import type { Caller } from '../../access/caller.js'
import { progressTokenOf } from '../modern/envelope.js'
import type { ServedParts } from '../served-parts.js'
import { legacyMethods } from './methods.js'

export interface LegacyOptions extends ServedParts {
  readonly info: { readonly name: string; readonly title?: string; readonly version: string }
  readonly capabilities: object
  readonly instructions: string
}

export interface LegacyCaller {
  readonly caller: Caller
  /** Asked where a call was aborted: whether its client is only gone, and has cancelled nothing. */
  readonly keepsWork: () => boolean
}

/**
 * An MCP server for clients that begin with `initialize`, on the SDK's low-level class: its high-level one answers
 * refused input by itself, without our form of errors (@modelcontextprotocol/sdk 1.32). Over HTTP without sessions a
 * client has told nothing of itself, and is never asked.
 */
export function createLegacyServer(
  { info, capabilities, instructions, ...parts }: LegacyOptions,
  { caller, keepsWork }: LegacyCaller,
): Server {
  const server = new Server(info, { capabilities, instructions })
  const methods = legacyMethods(parts)
  server.fallbackRequestHandler = async ({ method, params = {} }, { signal, sendNotification }) => {
    const run = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (run === undefined) throw new McpError(ErrorCode.MethodNotFound, 'Method not found')
    const result = await run({
      caller,
      keepsWork,
      signal,
      params,
      progressToken: progressTokenOf(params),
      askToType: undefined,
      // A client that is gone no longer wants to know.
      notify: (notification) => void sendNotification(notification as never).catch(() => {}),
    })
    return { ...result }
  }
  return server
}
