import type { Backend, Task } from '../backend.js'
import { isObject } from '../message.js'
import type { Method, ModernRequest } from './handle.js'
import { invalidParams, missingCapability, tasksExtension } from './protocol.js'

/** Whether the client knows the tasks extension, as far as this request says. */
export function takesTasks({ capabilities }: Pick<ModernRequest, 'capabilities'>): boolean {
  return isObject(capabilities.extensions) && isObject(capabilities.extensions[tasksExtension])
}

/** Raises -32021. */
export function requireTasks(request: Pick<ModernRequest, 'capabilities'>): void {
  if (!takesTasks(request)) throw missingCapability({ extensions: { [tasksExtension]: {} } })
}

/** A task as it goes over the wire. */
export function shownTask({ changed: _changed, payload, ...task }: Task): object {
  return { ...task, ...payload }
}

/** The methods of the tasks extension (ext-tasks, specification/draft/tasks.md), each for a task's owner alone. */
export function taskMethods(loadBackend: () => Promise<Backend>): Readonly<Record<string, Method>> {
  async function find(request: ModernRequest): Promise<Task> {
    const taskId = taskIdOf(request)
    const task = await (await loadBackend()).task(taskId, request.caller)
    if (task === undefined) throw unknownTask(taskId)
    return task
  }
  return {
    'tasks/get': async (request) => ({ ...shownTask(await find(request)), resultType: 'complete' }),
    async 'tasks/update'(request) {
      if (!isObject(request.params.inputResponses))
        throw invalidParams('inputResponses: must be an object.')
      // Answers to what was not asked are ignored, and no task of flyops asks.
      await find(request)
      return {}
    },
    async 'tasks/cancel'(request) {
      const taskId = taskIdOf(request)
      const isKnown = await (await loadBackend()).cancelTask(taskId, request.caller)
      if (!isKnown) throw unknownTask(taskId)
      return {}
    },
  }
}

function taskIdOf(request: ModernRequest): string {
  requireTasks(request)
  const { taskId } = request.params
  if (typeof taskId !== 'string') throw invalidParams('taskId: must be a text.')
  return taskId
}

function unknownTask(taskId: string): Error {
  return invalidParams(`Task not found: ${taskId.slice(0, 64)}`)
}
