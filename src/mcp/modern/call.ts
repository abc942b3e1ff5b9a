import type { Answer } from '../../flow/context.js'
import type { Backend } from '../backend.js'
import { isObject } from '../message.js'
import type { Method, ModernRequest } from './handle.js'
import { invalidParams } from './protocol.js'
import { shownTask, takesTasks } from './tasks.js'

/** tools/call: the tool's result, a task where it takes longer, or a question to the person. */
export function callTool(loadBackend: () => Promise<Backend>): Method {
  return async (request) => {
    const { caller, signal, params } = request
    const { name, arguments: args } = params
    if (typeof name !== 'string') throw invalidParams('name: must be a text.')
    if (args !== undefined && !isObject(args)) throw invalidParams('arguments: must be an object.')
    const person = personOf(request)
    const backend = await loadBackend()
    const answer = await backend.call({
      caller,
      name,
      args,
      signal,
      // Who closes the connection has cancelled the request (basic/patterns/cancellation).
      keepsWork: () => false,
      takesTasks: takesTasks(request),
      sendProgress: progressOf(request),
      askToType: person?.askToType,
    })
    if (answer === undefined) throw invalidParams(`Unknown tool: ${name}`)
    const question = person?.question()
    if (question !== undefined) return inputRequired(question)
    return answer.kind === 'task'
      ? { ...shownTask(answer.task), resultType: 'task' }
      : answer.result
  }
}

function progressOf({ progressToken, notify }: ModernRequest) {
  if (progressToken === undefined) return undefined
  return (progress: object) =>
    notify({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken, ...progress },
    })
}

/** The key of the one question that there is. */
const key = 'typed'

/**
 * A person is asked between two calls: the first is told that nothing was typed, and answered with the question; the
 * second brings what was typed, and checks everything once more (basic/patterns/mrtr). Undefined where the client
 * shows no forms; an empty declaration means that it does.
 */
function personOf({ capabilities, params }: ModernRequest) {
  const { inputResponses = {} } = params
  if (!isObject(inputResponses)) throw invalidParams('inputResponses: must be an object.')
  const { elicitation } = capabilities
  if (!isObject(elicitation)) return undefined
  if (!('form' in elicitation) && Object.keys(elicitation).length > 0) return undefined
  const isAnswered = key in inputResponses
  const typed = isAnswered ? typedIn(inputResponses[key]) : undefined
  let question: string | undefined
  return {
    async askToType(text: string): Promise<Answer> {
      if (!isAnswered) question = text
      return { typed }
    },
    /** What is to be asked before the call can be answered. */
    question: () => question,
  }
}

/** Undefined where the person declined, or closed the question. */
function typedIn(response: unknown): string | undefined {
  if (!isObject(response)) throw invalidParams(`inputResponses.${key}: must be an object.`)
  const { action, content } = response
  if (action !== 'accept') return undefined
  const typed = isObject(content) ? content[key] : undefined
  if (typeof typed !== 'string') throw invalidParams(`inputResponses.${key}: must have a text.`)
  return typed
}

function inputRequired(message: string): object {
  const requestedSchema = {
    type: 'object',
    properties: { [key]: { type: 'string', title: 'Name' } },
    required: [key],
  }
  const params = { mode: 'form', message, requestedSchema }
  return {
    resultType: 'input_required',
    inputRequests: { [key]: { method: 'elicitation/create', params } },
  }
}
