import type { Caller } from '../access/caller.js'
import { FlyopsError } from '../errors.js'
import { bounded } from '../flow/context.js'
import { judgeOrphan } from '../flow/jobs/orphaned-operation.js'
import { ownOperation } from '../flow/record/own-operation.js'
import { createOutgoing } from '../process/outgoing.js'
import { createRedact, type Redact } from '../process/redact.js'
import { contextOf } from '../tools/tool.js'
import type { Backend, Task } from './backend.js'
import { answerCall, audienceOf, type CallParts } from './call.js'
import { ProtocolError } from './modern/protocol.js'
import { findNames } from './names.js'
import { toErrorResult } from './result.js'
import { taskOfJob, taskOfOperation } from './task.js'

/** Answers calls with the tools of a catalogue. */
export function createBackend(parts: CallParts): Backend {
  const { catalogue, clients, calls, policy, redact } = parts

  /** Work that this process knows nothing of may stand in the journal. */
  async function findEarlier(taskId: string, caller: Caller): Promise<Task | undefined> {
    const context = contextOf(
      { policy, caller },
      {
        ...clients,
        calls,
        keepsWork: () => false,
        signal: AbortSignal.timeout(60_000),
        progress: () => {},
      },
    )
    const operation = await ownOperation(taskId, context)
    if (operation === undefined) return undefined
    const answer = await bounded(context, () => judgeOrphan(operation, context))
    const { id, startedAt, end } = operation
    return taskOfOperation({ id, startedAt, endedAt: end?.at }, answer, audienceOf(caller, parts))
  }

  const earlierTask = (taskId: string, caller: Caller) =>
    findEarlier(taskId, caller).catch((error: unknown) => {
      throw error instanceof FlyopsError ? refusal(error, redact) : error
    })

  return {
    async call(call) {
      const tool = catalogue.find(({ name }) => name === call.name)
      return tool === undefined ? undefined : answerCall(tool, call, parts)
    },
    async task(taskId, caller) {
      const job = await clients.jobs.find(taskId, caller.owner)
      if (job === undefined) return earlierTask(taskId, caller)
      const tool = catalogue.find(({ name }) => name === job.tool)
      return tool === undefined ? undefined : taskOfJob(job, tool, audienceOf(caller, parts))
    },
    async cancelTask(taskId, caller) {
      const job = await clients.jobs.find(taskId, caller.owner)
      job?.stop('cancel_job')
      return job !== undefined || (await earlierTask(taskId, caller)) !== undefined
    },
    names: (caller) => findNames(clients, { policy, caller }),
  }
}

/** Tells every caller what kept the parts from being made: the sandbox could not be started, for one. */
export function createBrokenBackend(cause: unknown): Backend {
  const error =
    cause instanceof FlyopsError
      ? cause
      : new FlyopsError('internal', 'settings', 'flyops could not be set up.', {
          remedy: 'Run `flyops serve` in a terminal to see why.',
          cause,
        })
  const redact = createOutgoing(createRedact([]))
  const audience = { redact, mayCall: () => true }
  return {
    call: async () => ({ kind: 'result', result: toErrorResult(error, audience) }),
    task: () => Promise.reject(refusal(error, redact)),
    cancelTask: () => Promise.reject(refusal(error, redact)),
    names: async () => ({ apps: [], images: [] }),
  }
}

/** What keeps a task from being looked up is no result of it. */
function refusal({ code, message }: FlyopsError, redact: Redact): ProtocolError {
  return new ProtocolError(-32_603, `[${code}] ${redact(message)}`)
}
