import { FlyopsError } from '../../errors.js'
import type { Machine } from '../../fly/flyctl.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import type { RolloutRequest } from './rollout-request.js'

const lookMs = 5_000

/** Raised where flyctl was interrupted at its work; says what it had done. */
export async function interrupted(
  { request, image }: RolloutRequest,
  { flyctl, signal }: ToolContext,
): Promise<FlyopsError> {
  const { app } = request
  const cause = signal.reason === 'shutdown' ? 'because flyops had to end' : 'by cancel_job'
  const machines = await flyctl
    .status(app, { signal: AbortSignal.timeout(lookMs) })
    .then((status) => describeMachines(status.machines, image.before.release))
    .catch(() => 'What runs now could not be seen.')
  return new FlyopsError(
    'cancelled',
    'deploy',
    `The deploy of ${app} was interrupted ${cause}. ${machines}`,
    {
      remedy: `Look at what runs before the next deploy. Machines may be held by a lease: 13 seconds where they were updated, up to ${request.wait_timeout} where they were new.`,
      retry: 'after_wait',
      next: [next.checkHealth({ app }, 'shows which machines were replaced')],
    },
  )
}

function describeMachines(machines: readonly Machine[], before: number): string {
  if (machines.length === 0) return 'No machine exists.'
  const replaced = machines.filter(({ release }) => release !== undefined && release > before)
  return `${replaced.length} of ${machines.length} machines carry the new release.`
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
