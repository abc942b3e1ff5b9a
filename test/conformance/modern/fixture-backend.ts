import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { FlyopsError } from '../../../src/errors.js'
import type { Job } from '../../../src/jobs/job.js'
import { startJob } from '../../../src/jobs/start-job.js'
import type { Backend, CallAnswer, Task, ToolCall } from '../../../src/mcp/backend.js'
import { missingCapability, tasksExtension } from '../../../src/mcp/modern/protocol.js'
import { taskOfJob } from '../../../src/mcp/task.js'
import type { Tool } from '../../../src/tools/tool.js'

export const taskTools = [
  'greet',
  'slow_compute',
  'failing_job',
  'protocol_error_job',
  'confirm_delete',
  'multi_input',
]

const audience = { redact: (text: string) => text, mayCall: () => true }
const resultOf = (output: object) => ({
  output: output as Readonly<Record<string, unknown>>,
  summary: 'text' in output ? String(output.text) : '',
})
const tool = { resultOf } as Tool
const limits = { totalMs: 60_000, silenceMs: 60_000 }

/** Tasks as the official suite wants them, made of our jobs; everything else is asked of a server of the first SDK. */
export function createFixtureBackend(legacy: Client): Backend {
  const jobs = new Map<string, Job>()
  function start(name: string, run: (signal: AbortSignal) => Promise<object>): Job {
    const job = startJob({
      tool: name,
      owner: 'local',
      stage: 'preflight',
      limits,
      run: ({ signal }) => run(signal),
    })
    jobs.set(job.id, job)
    return job
  }
  return {
    async call(call) {
      const work = workOf(call)
      if (work !== undefined) {
        if (call.takesTasks) return { kind: 'task', task: shown(start(call.name, work)) }
        if (call.name === 'failing_job')
          throw missingCapability({ extensions: { [tasksExtension]: {} } })
        return said(String(resultOf(await work(call.signal)).summary))
      }
      if (call.name === 'greet') return said(`Hello, ${argument(call, 'name')}!`)
      return passOn(legacy, call)
    },
    async task(taskId) {
      const job = jobs.get(taskId)
      return job && shown(job)
    },
    async cancelTask(taskId) {
      jobs.get(taskId)?.stop('cancel_job')
      return jobs.has(taskId)
    },
    names: async () => ({ apps: [], images: [] }),
  }
}

function argument({ args }: ToolCall, name: string): unknown {
  return { ...Object(args) }[name]
}

function said(text: string): CallAnswer {
  return { kind: 'result', result: { content: [{ type: 'text', text }] } }
}

/** What a task does; undefined for a tool that makes none. */
function workOf(call: ToolCall): ((signal: AbortSignal) => Promise<object>) | undefined {
  const wait = (ms: number, signal: AbortSignal) =>
    sleep(ms, undefined, { signal }).catch(() => {
      throw new FlyopsError('cancelled', 'preflight', 'It was cancelled.')
    })
  switch (call.name) {
    case 'slow_compute':
      return async (signal) => {
        await wait(1_000 * Number(argument(call, 'seconds')), signal)
        return { text: 'Computed' }
      }
    case 'failing_job':
      return async (signal) => {
        await wait(500, signal)
        throw new FlyopsError('unhealthy', 'preflight', 'It failed.')
      }
    case 'test_tool_with_task':
      return async () => ({ text: 'Hello, Alice!' })
    case 'protocol_error_job':
      return async () => ({})
    case 'confirm_delete':
    case 'multi_input':
      return async (signal) => wait(60_000, signal).then(() => ({}))
    default:
      return undefined
  }
}

/** Two states that tasks of flyops never have: it asks nothing in one, and its errors are results. */
function shown(job: Job): Task {
  const task = taskOfJob(job, tool, audience)
  if (job.tool === 'protocol_error_job') {
    const error = { code: -32_603, message: 'It could not be done.' }
    return { ...task, status: 'failed', payload: { error } }
  }
  if (task.status !== 'working' || !/confirm_delete|multi_input/.test(job.tool)) return task
  const inputRequests = { sure: { method: 'elicitation/create', params: { message: 'Sure?' } } }
  return { ...task, status: 'input_required', payload: { inputRequests } }
}

async function passOn(legacy: Client, call: ToolCall): Promise<CallAnswer> {
  const { sendProgress } = call
  const request = { name: call.name, arguments: { ...Object(call.args) } }
  const options =
    sendProgress === undefined
      ? {}
      : { onprogress: (progress: object) => sendProgress(progress as never) }
  const result = await legacy.callTool(request, undefined, options)
  return { kind: 'result', result: result as CallToolResult }
}
