import { isAbsolute, normalize } from 'node:path'
import { z } from 'zod'
import { durationMs } from '../../durations.js'
import { FlyopsError } from '../../errors.js'
import { tryToml } from '../../fly-toml/parse.js'
import { newFault } from '../faults/fault.js'
import { goal } from './goals.js'
import { lineOf } from './line-of.js'

/** The text of each file by its path in the project. */
const files = z.record(
  z.string().refine(isInside, 'it must be a path inside the project'),
  z.string(),
)

const commandLine = z
  .string()
  .min(1)
  .transform((line) => line.trim().split(/\s+/))

const form = z.strictObject({
  title: z.string().min(1),
  /** What the command is asked for, in words. */
  task: z.string().min(1),
  goals: z.array(goal).min(1),
  seed: z.number().int().default(1),
  /** How long the command may take, milliseconds. */
  timeout: z
    .string()
    .default('5m')
    .transform((text, context) => {
      const ms = durationMs(text)
      if (ms !== undefined) return ms
      context.addIssue('it must be a duration such as 90s or 5m')
      return z.NEVER
    }),
  /** What flyops does before the command starts, a command line each; without faults, and not counted. */
  before: z.array(commandLine).default([]),
  /** The call with which an agent begins that follows `next` alone. */
  first: z
    .strictObject({ tool: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) })
    .optional(),
  /** The files of the first commit. */
  files: files.default({}),
  /** The files of a second commit, made after `before`. */
  change: files.default({}),
  /** What flyops does after that. */
  after_change: z.array(commandLine).default([]),
  /** Variables of the command whose values must not show. */
  secrets: z.record(z.string().regex(/^[A-Z_][A-Z0-9_]*$/), z.string().min(12)).default({}),
  /** What goes wrong from the start of the command on. */
  faults: z.array(newFault).default([]),
})

/** What an experiment is about: the project, the platform's faults, and what is to be reached. */
export type Scenario = z.output<typeof form> & { readonly name: string }

/** Reads a scenario. Raises `invalid_input` that names the file, the line and the field. */
export function readScenario(text: string, { name, file }: ScenarioFile): Scenario {
  const parsed = form.safeParse(parseToml(text, file))
  if (parsed.success) return { ...parsed.data, name }
  const problems = parsed.error.issues.map((issue) => {
    const { path } = issue
    const { message } = issue.code === 'invalid_key' ? (issue.issues[0] ?? issue) : issue
    const field = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    return `line ${lineOf(text, path)}, ${field.join('').slice(1) || 'the scenario'}: ${message}`
  })
  throw refused(file, problems.slice(0, 5).join('\n'))
}

export interface ScenarioFile {
  readonly name: string
  /** As errors call it. */
  readonly file: string
}

function parseToml(text: string, file: string): unknown {
  const read = tryToml(text)
  if ('fault' in read) throw refused(file, read.fault)
  return read.tables
}

function refused(file: string, problems: string): FlyopsError {
  return new FlyopsError('invalid_input', 'sandbox', `${file} is no scenario: ${problems}`, {
    remedy: 'See docs/sandbox.md, and `flyops sandbox run --list` for those that come with flyops.',
  })
}

function isInside(path: string): boolean {
  const plain = normalize(path)
  return !isAbsolute(plain) && plain !== '.' && !/^\.\.(?:\/|$)|^\.git(?:\/|$)/.test(plain)
}
