import { hasCode } from '../../errors.js'
import type { LogLine, Machine } from '../../fly/flyctl.js'
import type { HealthReport } from '../../health/assess.js'
import { faultOfMachine } from '../../health/machine-fault.js'
import type { ToolContext } from '../context.js'
import { lastWordsOf } from './last-words.js'

/** The log of the machine that fails. */
export interface FailingLog {
  /** The app's last 20 lines under a heading that names the machine, or why there are none; '' without machines. */
  readonly text: string
  /** The line in which the app itself says why. */
  readonly cause: string | undefined
}

/** Logs that the login may not read (deploy tokens), none that came, and an answer that did not come are told apart. */
export async function readFailingLog(
  { status }: Pick<HealthReport, 'status'>,
  { flyctl }: Pick<ToolContext, 'flyctl'>,
): Promise<FailingLog> {
  const failing = failingMachine(status.machines) ?? status.machines[0]
  if (failing === undefined) return { text: '', cause: undefined }
  const { id } = failing
  try {
    const { lines, cause } = lastWordsOf(sinceUpdate(await flyctl.logs(status.name, id), failing))
    const heading = `machine ${id} logged`
    return {
      text: lines.length === 0 ? `${heading} nothing` : `${heading}:\n${lines.join('\n')}`,
      cause,
    }
  } catch (error) {
    const text = hasCode(error, 'not_authenticated')
      ? `the logs of machine ${id} are not available to this login`
      : `the logs of machine ${id} could not be read`
    return { text, cause: undefined }
  }
}

const shortMs = 3_000

/** The line in which an app that ends by itself says why, as a sentence; none where the log does not tell soon. */
export async function lastWordsBehind(
  { status }: Pick<HealthReport, 'status'>,
  { flyctl, signal }: Pick<ToolContext, 'flyctl' | 'signal'>,
): Promise<readonly string[]> {
  const ending = mostEnded(status.machines)
  if (ending === undefined) return []
  const limit = AbortSignal.any([signal, AbortSignal.timeout(shortMs)])
  const log = await flyctl.logs(status.name, ending.id, { signal: limit }).catch(() => [])
  const { cause } = lastWordsOf(sinceUpdate(log, ending))
  return cause === undefined ? [] : [`Machine ${ending.id} logged: ${cause}`]
}

/** What it said before belongs to another release, and is not why this one fails. */
function sinceUpdate(
  log: readonly LogLine[],
  { updatesMs: [updatedAtMs = 0] }: Machine,
): readonly LogLine[] {
  return log.filter(({ at }) => !(Date.parse(at) < updatedAtMs))
}

/**
 * Of those that have a fault the one that ended by itself most often, else the first: beside a machine that ends, one that
 * only starts is at no fault of its own. Where none has a fault, one that has ended; undefined where none has.
 */
export function failingMachine(machines: readonly Machine[]): Machine | undefined {
  const faulty = machines.filter((machine) => faultOfMachine(machine) !== undefined)
  return mostEnded(faulty) ?? faulty[0] ?? mostEnded(machines)
}

function mostEnded(machines: readonly Machine[]): Machine | undefined {
  const ended = machines.filter(({ exits }) => exits.length > 0)
  return ended.toSorted((one, other) => other.exits.length - one.exits.length)[0]
}
