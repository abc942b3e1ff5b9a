import { FlyopsError, type NextCall } from '../../errors.js'
import { assessHealth, type HealthRequest } from '../../health/assess.js'
import type { Verdict } from '../../health/verdict.js'
import { sideBySide, taking } from '../../side-by-side.js'
import type { ToolContext } from '../context.js'
import { afterCheck } from './next.js'
import { describeCarried } from './output.js'

/** Each is a process of flyctl. */
const statusCallsAtOnce = 4
const shownReasons = 3

/** The gravest first. */
const gravity: readonly Verdict[] = ['unhealthy', 'unknown', 'degraded', 'stopped', 'healthy']

/** Judges apps side by side; one that cannot be judged is told with the others. The verdict is the gravest. */
export async function judgeEach(
  apps: readonly string[],
  asked: Omit<HealthRequest, 'app'>,
  context: ToolContext,
) {
  const { flyctl, sendProbe } = context
  const inTurn = taking(statusCallsAtOnce)
  const parts = {
    sendProbe,
    flyctl: {
      status: (...args: Parameters<typeof flyctl.status>) => inTurn(() => flyctl.status(...args)),
    },
  }
  const judged = await sideBySide([...new Set(apps)], apps.length, async (app) => {
    try {
      const report = await assessHealth(parts, { ...asked, app, isQuick: true })
      const { status, verdict, reasons } = report
      const shown = reasons.slice(0, shownReasons)
      const told = { app, verdict, reasons: shown, ...describeCarried(status) }
      return { told, next: await afterCheck(report, context) }
    } catch (error) {
      if (!(error instanceof FlyopsError) || context.signal.aborted) throw error
      const told = { app, verdict: 'unknown' as const, reasons: [error.message], error: error.code }
      return { told, next: [...error.next] }
    }
  })
  const byGravity = judged.toSorted((a, b) => rank(a.told.verdict) - rank(b.told.verdict))
  return {
    verdict: byGravity[0]?.told.verdict ?? 'unknown',
    apps: byGravity.map(({ told }) => told),
    next: byGravity.flatMap(firstOf).slice(0, 3),
  }
}

function rank(verdict: Verdict): number {
  return gravity.indexOf(verdict)
}

function firstOf({ next }: { readonly next: readonly NextCall[] }): readonly NextCall[] {
  return next.slice(0, 1)
}
