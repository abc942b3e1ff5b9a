import { isObject, type JsonObject } from '../../../src/mcp/message.js'
import type { Method, ModernRequest } from '../../../src/mcp/modern/handle.js'
import { invalidParams, missingCapability } from '../../../src/mcp/modern/protocol.js'

const form = (message: string, field: string, type = 'string') => ({
  method: 'elicitation/create',
  params: {
    mode: 'form',
    message,
    requestedSchema: { type: 'object', properties: { [field]: { type } }, required: [field] },
  },
})
const sampling = (text: string) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens: 100 },
})
const roots = { method: 'roots/list', params: {} }
const name = form('What is your name?', 'name')

interface Round {
  readonly inputRequests: JsonObject
  /** What the client brings back, if it is asked to bring anything back. */
  readonly requestState?: string
}

/** What each of these asks, one after the other; the text is what it answers in the end. */
const rounds: Readonly<Record<string, { readonly asks: readonly Round[]; readonly text: string }>> =
  {
    test_input_required_result_elicitation: {
      asks: [{ inputRequests: { user_name: name } }],
      text: 'Hello!',
    },
    test_input_required_result_sampling: {
      asks: [{ inputRequests: { capital_question: sampling('What is the capital of France?') } }],
      text: 'Paris',
    },
    test_input_required_result_list_roots: {
      asks: [{ inputRequests: { client_roots: roots } }],
      text: 'file:///test/root',
    },
    test_input_required_result_request_state: {
      asks: [
        {
          inputRequests: { confirm: form('Please confirm', 'ok', 'boolean') },
          requestState: 'asked',
        },
      ],
      text: 'state-ok',
    },
    test_input_required_result_tampered_state: {
      asks: [
        {
          inputRequests: { confirm: form('Please confirm', 'ok', 'boolean') },
          requestState: 'asked',
        },
      ],
      text: 'state-ok',
    },
    test_input_required_result_multiple_inputs: {
      asks: [
        {
          inputRequests: {
            user_name: name,
            greeting: sampling('Generate a greeting'),
            client_roots: roots,
          },
          requestState: 'asked',
        },
      ],
      text: 'Hello!',
    },
    test_input_required_result_multi_round: {
      asks: [
        {
          inputRequests: { step1: form('Step 1: What is your name?', 'name') },
          requestState: 'one',
        },
        {
          inputRequests: { step2: form('Step 2: What is your favorite color?', 'color') },
          requestState: 'two',
        },
      ],
      text: 'Hello!',
    },
    test_tool_with_task: { asks: [{ inputRequests: { user_name: name } }], text: '' },
    test_input_required_result_prompt: {
      asks: [
        {
          inputRequests: { user_context: form('What context should the prompt use?', 'context') },
        },
      ],
      text: '',
    },
  }

export const askingTools = [
  ...Object.keys(rounds).filter((each) => each !== 'test_input_required_result_prompt'),
  'test_input_required_result_capabilities',
  'test_missing_capability',
]

/** What a call must be answered with before it is done; undefined where nothing is left to ask. */
export function questionOf(tool: string, { params, capabilities }: ModernRequest) {
  if (tool === 'test_missing_capability' && !('sampling' in capabilities))
    throw missingCapability({ sampling: {} })
  if (tool === 'test_input_required_result_capabilities' && 'sampling' in capabilities)
    return { resultType: 'input_required', inputRequests: { greeting: sampling('Greet') } }
  const { inputResponses = {}, requestState } = params
  if (!isObject(inputResponses)) throw invalidParams('inputResponses: must be an object.')
  const asks = rounds[tool]?.asks ?? []
  const known = asks.map((round) => round.requestState)
  if (requestState !== undefined && !known.includes(String(requestState)))
    throw invalidParams('requestState: is not ours.')
  const at = requestState === undefined ? 0 : known.indexOf(String(requestState))
  const isAnswered = Object.keys(asks[at]?.inputRequests ?? {}).every((key) =>
    isObject(inputResponses[key]),
  )
  const next = isAnswered ? asks[at + 1] : asks[at]
  return next === undefined ? undefined : { resultType: 'input_required', ...next }
}

/** The calls that ask; `after` answers what asks nothing, or no more. */
export function asking(after: Method): Method {
  return async (request) => {
    const tool = String(request.params.name)
    const question = questionOf(tool, request)
    if (question !== undefined) return question
    const text = rounds[tool]?.text
    return text === undefined || text === ''
      ? after(request)
      : { content: [{ type: 'text', text }] }
  }
}
