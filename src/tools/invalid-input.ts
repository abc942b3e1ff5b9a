import { z } from 'zod'
import { FlyopsError } from '../errors.js'

const shownIssues = 5

/** Says which field is wrong and what it must be, so that the caller can mend it in one try. */
export function invalidInput(tool: string, input: z.ZodType, error: z.ZodError): FlyopsError {
  const faults = error.issues.slice(0, shownIssues).map(describe)
  return new FlyopsError('invalid_input', 'settings', `${tool}: ${faults.join('; ')}.`, {
    remedy: `Correct that and call again; ${tool} takes ${fieldsOf(input).join(', ')}.`,
  })
}

function describe({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`
}

function fieldsOf(input: z.ZodType): readonly string[] {
  return input instanceof z.ZodObject ? Object.keys(input.shape) : []
}
