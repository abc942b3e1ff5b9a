import type { Answer } from '../../flow/context.js'
import type { Backend } from '../backend.js'
import { showsForms, typedKey, typingForm } from '../elicitation.js'
import { isObject } from '../message.js'
import { callNamed } from '../named-call.js'
import type { Method, ModernRequest } from './handle.js'
import { invalidParams } from './protocol.js'
import { shownTask, takesTasks } from './tasks.js'

/** tools/call: the tool's result, a task where it takes longer, or a question to the person. */
export function callTool(loadBackend: () => Promise<Backend>): Method {
  return async (request) => {
    const person = personOf(request)
    const answer = await callNamed(loadBackend, request, {
      // Who closes the connection has cancelled the request (basic/patterns/cancellation).
      keepsWork: () => false,
      takesTasks: takesTasks(request),
      askToType: person?.askToType,
    })
    const question = person?.question()
    if (question !== undefined) return inputRequired(question)
    return answer.kind === 'task'
      ? { ...shownTask(answer.task), resultType: 'task' }
      : answer.result
  }
}

/**
 * A person is asked between two calls: the first is told that nothing was typed, and answered with the question; the
 * second brings what was typed, and checks everything once more (basic/patterns/mrtr). Undefined where the client
 * shows no forms.
 */
function personOf({ capabilities, params }: ModernRequest) {
  const { inputResponses = {} } = params
  if (!isObject(inputResponses)) throw invalidParams('inputResponses: must be an object.')
  if (!showsForms(capabilities)) return undefined
  const isAnswered = typedKey in inputResponses
  const typed = isAnswered ? typedIn(inputResponses[typedKey]) : undefined
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
  if (!isObject(response)) throw invalidParams(`inputResponses.${typedKey}: must be an object.`)
  const { action, content } = response
  if (action !== 'accept') return undefined
  const typed = isObject(content) ? content[typedKey] : undefined
  if (typeof typed !== 'string')
    throw invalidParams(`inputResponses.${typedKey}: must have a text.`)
  return typed
}

function inputRequired(message: string): object {
  const params = { mode: 'form', message, requestedSchema: typingForm }
  return {
    resultType: 'input_required',
    inputRequests: { [typedKey]: { method: 'elicitation/create', params } },
  }
}
