import { z } from 'zod'
import { FlyopsError } from '../errors.js'
import { cutText } from '../process/plain-text.js'

const shownIssues = 5
/** Of a message: one names whatever keys a caller made up. */
const shownChars = 300

/** Says which field is wrong and what it must be, so that the caller can mend it in one try. */
export function invalidInput(tool: string, input: z.ZodType, error: z.ZodError): FlyopsError {
  return refusal(tool, input, error.issues.slice(0, shownIssues).map(describe))
}

/**
 * Raises `invalid_input` for what no program could be given as it stands, in whatever field it is: a NUL ends
 * an argument, and half a surrogate pair becomes another character (execve(2), UTF-8).
 */
export function checkTexts(tool: string, input: z.ZodType, args: unknown): void {
  const fault = faultOf(args)
  if (fault !== undefined) throw refusal(tool, input, [cutText(fault, shownChars)])
}

function refusal(tool: string, input: z.ZodType, faults: readonly string[]): FlyopsError {
  return new FlyopsError('invalid_input', 'settings', `${tool}: ${faults.join('; ')}.`, {
    remedy: `Correct that and call again; ${tool} takes ${fieldsOf(input).join(', ')}.`,
  })
}

function describe({ path, message }: z.core.$ZodIssue): string {
  return cutText(path.length === 0 ? message : `${path.join('.')}: ${message}`, shownChars)
}

function fieldsOf(input: z.ZodType): readonly string[] {
  return input instanceof z.ZodObject ? Object.keys(input.shape) : []
}

/** One after the other, for whatever calls itself for each level breaks where a caller sends 100,000. */
function faultOf(args: unknown): string | undefined {
  const left = [{ value: args, path: '' }]
  for (let visit = left.pop(); visit !== undefined; visit = left.pop()) {
    const { value, path } = visit
    if (typeof value === 'string' && !isPlain(value)) return `${path}: ${unusable}`
    if (value === null || typeof value !== 'object') continue
    for (const [key, inner] of Object.entries(value)) {
      const inside = path === '' ? key : `${path}.${key}`
      if (!isPlain(key)) return `${JSON.stringify(inside)}: ${unusable}`
      left.push({ value: inner, path: inside })
    }
  }
  return undefined
}

const unusable = 'must hold no NUL and no half of a surrogate pair'

function isPlain(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
