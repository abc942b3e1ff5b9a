import { hasCode } from '../../errors.js'
import type { Machine } from '../../fly/flyctl.js'
import type { HealthReport } from '../../health/assess.js'
import { faultOfMachine } from '../../health/verdict.js'
import { lastLines } from '../../process/tail.js'
import type { ToolContext } from '../context.js'

/**
 * The last 20 lines of the machine that fails, under a heading that names it. Without lines it says which:
 * logs that the login may not read (deploy tokens), none that came, or an answer that did not come.
 */
export async function readFailingLog(
  { status }: HealthReport,
  { flyctl }: Pick<ToolContext, 'flyctl'>,
): Promise<string> {
  const failing = findFailing(status.machines)
  if (failing === undefined) return ''
  const { id } = failing
  try {
    const lines = await flyctl.logs(status.name, id)
    const text = lastLines(lines.map(({ message }) => message).join('\n'))
    return text === '' ? `machine ${id} logged nothing` : `machine ${id} logged:\n${text}`
  } catch (error) {
    return hasCode(error, 'not_authenticated')
      ? `the logs of machine ${id} are not available to this login`
      : `the logs of machine ${id} could not be read`
  }
}

function findFailing(machines: readonly Machine[]): Machine | undefined {
  return (
    machines.find((machine) => faultOfMachine(machine) !== undefined) ??
    machines.find(({ lastExit }) => lastExit !== undefined) ??
    machines[0]
  )
}
