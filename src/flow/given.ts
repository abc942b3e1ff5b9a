import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'

/** The arguments that differ from the defaults, so that a call that is written down or repeated stays short. */
export function given(input: z.ZodObject, args: object): Record<string, unknown> {
  const isGiven = ([name, value]: [string, unknown]) =>
    value !== undefined && !isDeepStrictEqual(value, defaultOf(input, name))
  return Object.fromEntries(Object.entries(args).filter(isGiven))
}

function defaultOf(input: z.ZodObject, name: string): unknown {
  const field = input.shape[name] as z.ZodType | undefined
  return field?.safeParse(undefined).data
}
