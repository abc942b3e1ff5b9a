import { isObject, type JsonObject } from './message.js'

/** The key of the one field that there is. */
export const typedKey = 'typed'

/** The form in which a person types something. */
export const typingForm = {
  type: 'object',
  properties: { [typedKey]: { type: 'string', title: 'Name' } },
  required: [typedKey],
} as const

/** Some clients only open addresses, and show no form; an empty declaration means that they do. */
export function showsForms({ elicitation }: JsonObject): boolean {
  return isObject(elicitation) && ('form' in elicitation || Object.keys(elicitation).length === 0)
}
