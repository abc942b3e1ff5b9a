import { z } from 'zod'
import { FlyopsError } from '../errors.js'
import { nearestName } from '../nearest-name.js'
import { cutText } from '../process/plain-text.js'

const shownIssues = 5
/** Of a message: one names whatever keys a caller made up. */
const shownChars = 300

/** Says which field is wrong and what it must be, so that the caller can mend it in one try. */
export function invalidInput(tool: string, input: z.ZodType, error: z.ZodError): FlyopsError {
  const fields = input instanceof z.ZodObject ? Object.keys(input.shape) : []
  const issues = error.issues.slice(0, shownIssues)
  const unknown = issues.flatMap((issue) => strangeNames(issue, fields))
  return refusal(
    tool,
    issues.map((issue) => describe(issue, fields)),
    unknown.length === 0 ? '' : `; ${tool} takes ${fields.join(', ')}`,
  )
}

/** Names of fields that the tool does not have, and that are like none of its own. */
function strangeNames(issue: z.core.$ZodIssue, fields: readonly string[]): readonly string[] {
  const isOfTool = issue.code === 'unrecognized_keys' && issue.path.length === 0
  return isOfTool ? issue.keys.filter((key) => nearestName(key, fields) === undefined) : []
}

/**
 * Raises `invalid_input` for what no program could be given as it stands, in whatever field it is: a NUL ends
 * an argument, and half a surrogate pair becomes another character (execve(2), UTF-8).
 */
export function checkTexts(tool: string, args: unknown): void {
  const fault = faultOf(args)
  if (fault !== undefined) throw refusal(tool, [cutText(fault, shownChars)])
}

function refusal(tool: string, faults: readonly string[], takes = ''): FlyopsError {
  return new FlyopsError('invalid_input', 'settings', `${tool}: ${faults.join('; ')}.`, {
    remedy: `Correct that and call again${takes}.`,
  })
}

function describe(issue: z.core.$ZodIssue, fields: readonly string[]): string {
  const { path, message } = issue
  if (path.length > 0) return cutText(`${path.join('.')}: ${message}`, shownChars)
  const meant =
    issue.code === 'unrecognized_keys'
      ? issue.keys.flatMap((key) => nearestName(key, fields) ?? [])
      : []
  const advice = meant.length === 0 ? '' : ` (did you mean ${meant.join(', ')}?)`
  return `${cutText(message, shownChars)}${advice}`
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
