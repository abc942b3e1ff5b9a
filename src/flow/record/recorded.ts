import { randomBytes } from 'node:crypto'
import { FlyopsError, type Warning } from '../../errors.js'
import type { JournalLine } from '../../journal/journal.js'
import { localOwner, type ToolContext } from '../context.js'
import { type FailedCall, failureOf } from '../failure.js'
import { hidden } from './hidden.js'

export interface Recorded {
  readonly tool: string
  readonly app: string
  readonly args: Readonly<Record<string, unknown>>
}

/** Writes down what the work found out before it ends. */
export type Note = (facts: Readonly<Record<string, unknown>>) => Promise<void>

interface Warned {
  readonly warnings?: Warning[] | undefined
}

/** What the journal keeps of a result; the rest can be asked again. */
const keptFields = [
  'app',
  'image',
  'commit',
  'image_id',
  'digest',
  'release',
  'verdict',
  'config_path',
  'org',
  'created',
  'url',
]

const unwritten: Warning = {
  code: 'journal_unwritable',
  cosmetic: false,
  text: 'The journal could not be written: flyops will not remember this. FLYOPS_STATE_DIR says where it is kept.',
}

/**
 * Does work that changes something, and keeps a record of it. A journal that cannot be written is a
 * warning in the result, and never a failure.
 */
export async function recorded<T extends object>(
  { tool, app, args }: Recorded,
  context: ToolContext,
  work: (note: Note) => Promise<T & Warned>,
): Promise<T & Warned> {
  const { journal, registryHost: platform, watch } = context
  const id = (context.isStep ? undefined : context.jobId) ?? randomBytes(8).toString('hex')
  const startedAt = performance.now()
  let isWritten = true
  const append = async (line: JournalLine) => {
    isWritten = (await journal.append(line)) && isWritten
  }
  const end = (
    ending: Omit<Extract<JournalLine, { event: 'ended' }>, 'event' | 'id' | 'at' | 'durationMs'>,
  ) =>
    append({
      event: 'ended',
      id,
      at: now(),
      durationMs: Math.round(performance.now() - startedAt),
      ...ending,
    })

  const { pid, owner, isStep, jobId } = context
  await append({
    event: 'started',
    id,
    at: now(),
    pid,
    ...(owner === localOwner ? {} : { owner }),
    ...(isStep && jobId !== undefined ? { job: jobId } : {}),
    platform,
    tool,
    app,
    args: withoutSecrets(args),
  })
  try {
    const note: Note = (facts) => append({ event: 'noted', id, at: now(), facts })
    const result = await watch({ kind: 'operation', tool, app, id }, () => work(note))
    await end({ status: 'done', result: kept(result) })
    return isWritten ? result : { ...result, warnings: withUnwritten(result.warnings) }
  } catch (error) {
    const failed = describeFailure(error, { ...context, tool, args: withoutSecrets(args) })
    const isCancelled = failed.code === 'cancelled' || context.signal.aborted
    await end({ status: isCancelled ? 'cancelled' : 'failed', ...failed })
    throw error
  }
}

/** Once, also where the steps of an operation could not be written down either. */
function withUnwritten(warnings: readonly Warning[] = []): Warning[] {
  return [...warnings.filter(({ code }) => code !== unwritten.code), unwritten]
}

/** As its caller is told of it. What a program printed may be long, and is not remembered. */
function describeFailure(error: unknown, call: FailedCall) {
  if (!(error instanceof FlyopsError)) return { code: 'internal', message: '' }
  const { code, message, evidence: _, next, ...failure } = failureOf(error, call).describe()
  const offered = next.map((each) => ({ ...each, arguments: withoutSecrets(each.arguments) }))
  return { code, message, failure: { ...failure, next: offered } }
}

function now(): string {
  return new Date().toISOString()
}

function kept(result: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(result).filter(([name]) => keptFields.includes(name)))
}

/** Arguments as the journal keeps them. */
export function withoutSecrets(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { build_args: buildArgs, ...rest } = args
  return buildArgs === undefined ? rest : { ...rest, build_args: hidden({ ...buildArgs }) }
}
