import type { Caller } from '../access/caller.js'
import { isOffered } from '../access/permission.js'
import type { Policy } from '../access/policy.js'
import type { ToolClients } from '../flow/context.js'
import type { WatchedEnd } from '../flow/watch.js'
import type { Calls } from '../jobs/calls.js'
import type { Job } from '../jobs/job.js'
import { cutText } from '../process/plain-text.js'
import type { Redact } from '../process/redact.js'
import { type ProgressUpdate, shownMessageChars } from '../progress.js'
import { callTool, type Outcome, offeredTool, type Tool } from '../tools/tool.js'
import type { CallAnswer, ToolCall } from './backend.js'
import { createProgressReporter } from './progress.js'
import { type Audience, resultOf } from './result.js'
import { taskOfJob } from './task.js'

/** What calls need beside their arguments; made when the first call comes. */
export interface CallParts {
  readonly catalogue: readonly Tool[]
  readonly clients: ToolClients
  readonly calls: Calls
  readonly policy: Policy
  /** Makes texts fit to leave. */
  readonly redact: Redact
}

/** What is quick needs no task. */
const taskAfterMs = 3_000

/** A call of a client, with its progress and its result as the protocol has them. */
export async function answerCall(
  tool: Tool,
  call: ToolCall,
  parts: CallParts,
): Promise<CallAnswer> {
  const { clients, calls, policy, redact } = parts
  const { caller, signal, keepsWork, askToType } = call
  const reporter = reporterOf(call, redact)
  let goesOn: Job | undefined
  const handOver = (job: Job) => {
    // It is the client's until it ends: no other caller who leaves may stop it.
    job.watch(() => {})
    goesOn = job
  }
  try {
    const context = {
      ...clients,
      calls,
      keepsWork,
      signal,
      progress: (update: ProgressUpdate) => reporter?.report(update),
      ...(askToType === undefined ? {} : { askToType: (text: string) => askToType(redact(text)) }),
      ...(call.takesTasks ? { task: { afterMs: taskAfterMs, handOver } } : {}),
    }
    const outcome = await clients.watch(
      { kind: 'call', tool: tool.name, who: caller.owner, trace: call.trace },
      () => callTool(tool, call.args, { policy, caller }, context),
      endOf,
    )
    const audience = audienceOf(caller, parts)
    return goesOn === undefined
      ? { kind: 'result', result: resultOf(outcome, audience) }
      : { kind: 'task', task: taskOfJob(goesOn, tool, audience) }
  } finally {
    reporter?.stop()
  }
}

function endOf(outcome: Outcome): WatchedEnd {
  return 'error' in outcome
    ? { code: outcome.error.code, message: outcome.error.message, result: {} }
    : { code: undefined, result: outcome.result.output }
}

function reporterOf({ sendProgress }: ToolCall, redact: Redact) {
  if (sendProgress === undefined) return undefined
  return createProgressReporter((notification) =>
    sendProgress({
      ...notification,
      message: cutText(redact(notification.message), shownMessageChars),
    }),
  )
}

/** A caller, as somebody to whom results are told. */
export function audienceOf(caller: Caller, { catalogue, policy, redact }: CallParts): Audience {
  const offered = catalogue.filter((tool) => isOffered({ policy, caller }, offeredTool(tool)))
  return { redact, mayCall: (name) => offered.some((each) => each.name === name) }
}
