import { FlyopsError } from '../../errors.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { freeMachines } from './free-machines.js'
import type { RolloutRequest } from './rollout-request.js'

const lookMs = 5_000

/** Raised where flyctl was interrupted at its work. */
export async function interrupted(
  rollout: RolloutRequest,
  context: ToolContext,
): Promise<FlyopsError> {
  const { app, wait_timeout } = rollout.request
  const cause = context.signal.reason === 'shutdown' ? 'because flyops had to end' : 'by cancel_job'
  const isFree = await context.flyctl
    .status(app, { signal: AbortSignal.timeout(lookMs) })
    .then((status) => freeMachines(rollout, status, context))
    .catch(() => false)
  const leases = `Machines may be held by a lease: 13 seconds where they were updated, up to ${wait_timeout} where they were new.`
  return new FlyopsError('cancelled', 'deploy', `The deploy of ${app} was interrupted ${cause}.`, {
    remedy: `Look at what runs before the next deploy.${isFree ? '' : ` ${leases}`}`,
    retry: 'after_wait',
    next: [next.checkHealth({ app }, 'shows which machines were replaced')],
  })
}

/** Raised where flyctl had finished, and only the look at the app's health was cut short. */
export function notJudged({ request }: RolloutRequest): FlyopsError {
  return new FlyopsError(
    'cancelled',
    'health',
    `flyctl had finished its deploy of ${request.app}; the check of its health was cut short.`,
    { next: [next.checkHealth({ app: request.app }, 'shows whether the app is healthy')] },
  )
}
