import type { NextCall } from '../errors.js'
import type { AppStatus } from '../fly/flyctl.js'
import { servingRelease } from './live.js'
import { next } from './next.js'
import type { RollbackInput } from './rollback/input.js'

const why = 'undoes it'

/** The way back to what served before; after a release that did not, there is none to offer. */
export function undo(
  { name: app, machines }: AppStatus,
  { context }: Pick<RollbackInput, 'context'>,
): NextCall {
  const to = servingRelease(machines)
  return to === undefined
    ? next.listReleases({ app }, 'shows what was deployed')
    : next.rollback({ app, to, context }, why)
}

/** Those of a result's next calls that undo what it tells of. */
export function undoing(calls: readonly NextCall[] = []): readonly NextCall[] {
  return calls.filter((call) => call.tool === 'rollback' && call.why === why)
}
