import { setTimeout as sleep } from 'node:timers/promises'
import type { Backend, Task } from '../backend.js'
import { isObject } from '../message.js'
import type { Method, ModernRequest } from './handle.js'
import { invalidParams, metaKeys, ProtocolError } from './protocol.js'
import { requireTasks, shownTask } from './tasks.js'

/** Of one task, between two notifications. */
const leastGapMs = 1_000
const maxTasks = 100
/** Each holds a connection for as long as its client likes. */
const maxOpenPerCaller = 16

/**
 * subscriptions/listen: says what it will tell of, tells of each task whenever it has changed, and is answered when
 * flyops ends (basic/patterns/subscriptions). Tools, the only thing else that could change, do not.
 */
export function listen(loadBackend: () => Promise<Backend>, ending: AbortSignal): Method {
  const open = new Map<string, number>()
  return async (request) => {
    const { owner } = request.caller
    const count = open.get(owner) ?? 0
    if (count >= maxOpenPerCaller)
      throw new ProtocolError(-32_603, `${count} subscriptions of yours are open: close one first.`)
    open.set(owner, count + 1)
    try {
      return await serveOne(request, loadBackend, AbortSignal.any([request.signal, ending]))
    } finally {
      open.set(owner, (open.get(owner) ?? 1) - 1)
    }
  }
}

async function serveOne(
  request: ModernRequest,
  loadBackend: () => Promise<Backend>,
  signal: AbortSignal,
): Promise<object> {
  const { id, caller, notify } = request
  const wanted = taskIdsOf(request)
  const _meta = { [metaKeys.subscriptionId]: id }
  const send = (method: string, params: object) =>
    notify({ jsonrpc: '2.0', method, params: { ...params, _meta } })
  const backend = wanted === undefined || wanted.length === 0 ? undefined : await loadBackend()
  const look = async (taskId: string) => backend?.task(taskId, caller)
  const found = await Promise.all((wanted ?? []).map(look))
  const tasks = found.filter((task) => task !== undefined)
  const taskIds = tasks.map(({ taskId }) => taskId)
  send('notifications/subscriptions/acknowledged', {
    notifications: wanted === undefined ? {} : { taskIds },
  })
  await Promise.all(tasks.map((task) => follow(task, { signal, look, send })))
  await aborted(signal)
  return { _meta }
}

function taskIdsOf(request: ModernRequest): readonly string[] | undefined {
  const { notifications } = request.params
  if (!isObject(notifications)) throw invalidParams('notifications: must be an object.')
  const { taskIds } = notifications
  if (taskIds === undefined) return undefined
  const areTexts = Array.isArray(taskIds) && taskIds.every((each) => typeof each === 'string')
  if (!areTexts || taskIds.length > maxTasks)
    throw invalidParams(`notifications.taskIds: must be at most ${maxTasks} texts.`)
  requireTasks(request)
  return [...new Set<string>(taskIds)]
}

interface Following {
  readonly signal: AbortSignal
  readonly look: (taskId: string) => Promise<Task | undefined>
  readonly send: (method: string, params: object) => void
}

/** Tells how a task stands, now and after each change, until its end. */
async function follow(first: Task, { signal, look, send }: Following): Promise<void> {
  let task: Task | undefined = first
  while (task !== undefined && !signal.aborted) {
    send('notifications/tasks', shownTask(task))
    if (task.status !== 'working' && task.status !== 'input_required') return
    await sleep(leastGapMs, undefined, { signal }).catch(() => {})
    await task.changed(signal)
    task = await look(first.taskId)
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
