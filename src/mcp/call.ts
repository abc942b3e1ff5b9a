import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { Caller } from '../access/caller.js'
import { isOffered } from '../access/permission.js'
import type { Policy } from '../access/policy.js'
import type { ToolClients } from '../flow/context.js'
import type { Calls } from '../jobs/calls.js'
import { cutText } from '../process/plain-text.js'
import type { Redact } from '../process/redact.js'
import { shownMessageChars } from '../progress.js'
import { callTool, offeredTool, type Tool } from '../tools/tool.js'
import { createProgressReporter, type ProgressNotification } from './progress.js'
import { toErrorResult, toResult } from './result.js'

/** What calls need beside their arguments; made when the first call comes. */
export interface CallParts {
  readonly catalogue: readonly Tool[]
  readonly clients: ToolClients
  readonly calls: Calls
  readonly policy: Policy
  /** Makes texts fit to leave. */
  readonly redact: Redact
  /** Whether a caller who is gone has cancelled nothing by that. */
  readonly keepsWork: boolean
}

export interface ToolCall {
  readonly caller: Caller
  readonly name: string
  readonly args: unknown
  readonly signal: AbortSignal
  /** Absent where the client did not ask for progress. */
  readonly sendProgress: ((notification: ProgressNotification) => void) | undefined
  /** Absent where the client cannot ask its person. */
  readonly askToType: ((question: string) => Promise<string | undefined>) | undefined
}

/** A call of a client, with its progress and its result as the protocol has them. */
export async function answerCall(
  tool: Tool,
  call: ToolCall,
  parts: CallParts,
): Promise<CallToolResult> {
  const { clients, calls, policy, redact, keepsWork, catalogue } = parts
  const { sendProgress: send, askToType } = call
  const reporter =
    send === undefined
      ? undefined
      : createProgressReporter((notification) =>
          send({
            ...notification,
            message: cutText(redact(notification.message), shownMessageChars),
          }),
        )
  const permission = { policy, caller: call.caller }
  const offered = catalogue.filter((each) => isOffered(permission, offeredTool(each)))
  const mayCall = (name: string) => offered.some((each) => each.name === name)
  const audience = { redact, mayCall }
  try {
    const outcome = await callTool(tool, call.args, permission, {
      ...clients,
      calls,
      keepsWork,
      signal: call.signal,
      progress: (update) => reporter?.report(update),
      ...(askToType === undefined ? {} : { askToType: (text) => askToType(redact(text)) }),
    })
    return 'error' in outcome
      ? toErrorResult(outcome.error, audience)
      : toResult(outcome.result, audience)
  } finally {
    reporter?.stop()
  }
}
