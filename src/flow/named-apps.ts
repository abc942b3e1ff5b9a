import { z } from 'zod'
import { naming } from './fields.js'
import { readFlyImage } from './fly-image.js'

/**
 * The apps that the arguments of a call name, as they came; an image belongs to the app in whose repository it is.
 * Raises `invalid_input` for an image of another registry.
 */
export function namedApps(
  input: z.ZodObject,
  args: unknown,
  registryHost: string,
): readonly string[] {
  return Object.entries(args ?? {}).flatMap(([field, value]: [string, unknown]) => {
    const named = whatNames(input.shape[field])
    const isByName = typeof value === 'object' && value !== null && !Array.isArray(value)
    const texts = (isByName ? Object.keys(value) : [value].flat()).filter(
      (text) => typeof text === 'string',
    )
    if (named === undefined) return []
    return named === 'app' ? texts : texts.map((image) => readFlyImage(image, registryHost).owner)
  })
}

/** Also where the field may be left out, takes several, or has something for each by its name. */
function whatNames(field: unknown): 'app' | 'image' | undefined {
  if (!(field instanceof z.ZodType)) return undefined
  const inner =
    field instanceof z.ZodOptional || field instanceof z.ZodDefault
      ? field.unwrap()
      : field instanceof z.ZodArray
        ? field.element
        : field instanceof z.ZodRecord
          ? field.keyType
          : undefined
  return naming.get(field)?.names ?? whatNames(inner)
}
