import type { Permission } from '../../access/permission.js'
import type { Names } from '../backend.js'
import { isObject, type JsonObject } from '../message.js'
import { invalidParams } from '../modern/protocol.js'
import { type ListedTool, offeredTools } from '../offered-tools.js'
import { formsOfNames, type Given, type Named, type Prompt } from './prompt.js'
import { prompts } from './prompts.js'

/** Decides which prompts a caller sees: those of the tools that they see. */
export interface PromptRequest extends Permission {
  readonly tools: readonly ListedTool[]
  readonly params: JsonObject
}

/** prompts/list, all at once. */
export function listPrompts(request: PromptRequest): readonly object[] {
  return offered(request).map(({ name, title, description, arguments: args }) => ({
    name,
    title,
    description,
    arguments: args,
  }))
}

/** prompts/get. Raises -32602. */
export function getPrompt(request: PromptRequest): object {
  const { name, arguments: values = {} } = request.params
  const prompt = find(request, name)
  if (!isObject(values)) throw invalidParams('arguments: must be an object.')
  const text = prompt.text(givenTo(prompt, values))
  return {
    description: prompt.description,
    messages: [{ role: 'user', content: { type: 'text', text } }],
  }
}

const mostValues = 100

/** completion/complete, for an argument of a prompt; the newest names first. Raises -32602. */
export async function complete(
  request: PromptRequest,
  loadNames: () => Promise<Names>,
): Promise<object> {
  const { ref, argument, context } = request.params
  if (!isObject(ref) || ref.type !== 'ref/prompt') throw invalidParams('ref: must be a ref/prompt.')
  if (!isObject(argument) || typeof argument.value !== 'string')
    throw invalidParams('argument: must have a name and a value.')
  const prompt = find(request, ref.name)
  const completed = prompt.arguments.find(({ name }) => name === argument.name)
  const { value } = argument
  const others = isObject(context) && isObject(context.arguments) ? context.arguments : {}
  const names = completed === undefined ? [] : namesOf(completed.name, await loadNames(), others)
  const fitting = names.filter((name) => name.includes(value.toLowerCase()))
  return {
    completion: {
      values: fitting.slice(0, mostValues),
      total: fitting.length,
      hasMore: fitting.length > mostValues,
    },
  }
}

/** The images of one app, where that is chosen already. */
function namesOf(wanted: Named, { apps, images }: Names, others: JsonObject): readonly string[] {
  if (wanted === 'app') return apps
  return images.flatMap(({ app, image }) =>
    typeof others.app !== 'string' || others.app === '' || others.app === app ? image : [],
  )
}

function offered({ tools, policy, caller }: PromptRequest): readonly Prompt[] {
  const names = offeredTools(tools, { policy, caller }).map(({ name }) => name)
  return prompts.filter(({ tool }) => names.includes(tool))
}

function find(request: PromptRequest, name: unknown): Prompt {
  const found = offered(request).find((prompt) => prompt.name === name)
  if (found === undefined) throw invalidParams(`Unknown prompt: ${String(name).slice(0, 64)}`)
  return found
}

/** An argument that was left empty in a form was not given. */
function givenTo(prompt: Prompt, values: JsonObject): Given {
  const named = prompt.arguments.flatMap(({ name, required }) => {
    const value = values[name] ?? ''
    if (value === '' && required === undefined) return []
    const { pattern, form } = formsOfNames[name]
    if (typeof value !== 'string' || !pattern.test(value)) throw invalidParams(`${name}: ${form}.`)
    return [[name, value]]
  })
  return Object.fromEntries(named)
}
