import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { Caller } from '../access/caller.js'
import { checkPermission, isOffered, mayUseApp } from '../access/permission.js'
import type { Policy } from '../access/policy.js'
import type { ToolContext, ToolDoors } from '../flow/context.js'
import { failureOf } from '../flow/failure.js'
import type { Calls } from '../jobs/calls.js'
import type { Log } from '../log.js'
import { cutText } from '../process/plain-text.js'
import type { Redact } from '../process/redact.js'
import { offeredTool, type Tool } from '../tools/tool.js'
import { createProgressReporter, type ProgressNotification } from './progress.js'
import { toErrorResult, toResult } from './result.js'

/** What calls need beside their arguments; made when the first call comes. */
export interface CallParts {
  readonly catalogue: readonly Tool[]
  readonly doors: ToolDoors
  readonly calls: Calls
  readonly policy: Policy
  /** Makes texts fit to leave. */
  readonly redact: Redact
  readonly log: Log
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

const messageChars = 300

/** The one path of every tool call, and the only place that catches what tools raise. */
export async function callTool(
  tool: Tool,
  call: ToolCall,
  parts: CallParts,
): Promise<CallToolResult> {
  const { doors, calls, policy, redact, log, keepsWork, catalogue } = parts
  const { sendProgress: send, askToType } = call
  const reporter =
    send === undefined
      ? undefined
      : createProgressReporter((notification) =>
          send({ ...notification, message: cutText(redact(notification.message), messageChars) }),
        )
  const permission = { policy, caller: call.caller }
  const context: ToolContext = {
    ...doors,
    calls,
    owner: call.caller.owner,
    mayUseApp: (app) => mayUseApp(permission, app),
    keepsWork,
    signal: call.signal,
    progress: (update) => reporter?.report(update),
    output: () => {},
    ...(askToType === undefined ? {} : { askToType: (text) => askToType(redact(text)) }),
  }
  const offered = catalogue.filter((each) => isOffered(permission, offeredTool(each)))
  const mayCall = (name: string) => offered.some((each) => each.name === name)
  try {
    checkPermission(permission, {
      tool: offeredTool(tool),
      namedApps: () => tool.namedApps(call.args, doors.registryHost),
    })
    return toResult(await tool.call(call.args ?? {}, context), { redact, mayCall })
  } catch (error) {
    const { name, args, signal } = call
    const failure = failureOf(error, { tool: name, args, signal, log })
    return toErrorResult(failure, { redact, mayCall })
  } finally {
    reporter?.stop()
  }
}
