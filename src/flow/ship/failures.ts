import { FlyopsError, type NextCall } from '../../errors.js'
import { next } from '../next.js'
import { testInput } from '../test/input.js'
import { type ShipInput, withoutPlan } from './input.js'
import type { StepReport } from './steps.js'

/** Raised where the world is not any more as the plan found it; nothing was started. */
export function planStale(request: ShipInput): FlyopsError {
  return new FlyopsError(
    'plan_stale',
    'preflight',
    `Plan ${request.plan_id} does not hold any more: the source, the settings, the registry or ${request.app} has changed since, or the call has other arguments than the plan.`,
    {
      remedy: 'Look at a new plan, and apply that one.',
      next: [
        next.ship({ ...withoutPlan(request), plan_only: true }, 'shows what would be done now'),
      ],
    },
  )
}

/** A test's error, with the ships that its repairs are for: with that port, that path or those secrets. */
export function shipInstead(error: unknown, request: ShipInput): unknown {
  if (!(error instanceof FlyopsError)) return error
  const isTest = ({ tool, arguments: args }: NextCall) => tool === 'test_image' && !args.worker
  const ships = error.next.filter(isTest).map(({ arguments: args, why }) => {
    const { internal_port, health_path, secrets: required_secrets } = testInput.parse(args)
    const repaired = { internal_port, health_path, required_secrets }
    const changes = Object.entries(repaired).filter(([, value]) => value !== undefined)
    return next.ship({ ...withoutPlan(request), ...Object.fromEntries(changes) }, why)
  })
  return error.with({ next: [...error.next.filter((call) => !isTest(call)), ...ships] })
}

/** The step's own error; what was done is not done again, which a caller should know. */
export function resumable(
  error: unknown,
  request: ShipInput,
  reports: readonly StepReport[],
): unknown {
  if (!(error instanceof FlyopsError)) return error
  const done = reports.filter(({ status }) => status === 'done').map(({ step }) => step)
  const kept = done.length === 0 ? '' : ` Done and kept: ${done.join(', ')}.`
  const again = `${kept} The same ship goes on from here.`
  const isNew = done.includes('create_app')
  const isRepaired = error.next.length > 0 || error.retry !== 'no'
  const isShip = error.next.some(({ tool }) => tool === 'ship')
  const hasRoom =
    !isShip && error.next.length < 3 && error.stage !== 'deploy' && error.stage !== 'health'
  return error.with({
    ...(isNew && error.live === undefined ? { live: nothingYet(request) } : {}),
    remedy: `${error.remedy ?? ''}${again}`.trim(),
    next:
      isRepaired && hasRoom
        ? [...error.next, next.ship(withoutPlan(request), 'goes on where it stopped')]
        : error.next,
  })
}

function nothingYet({ app }: ShipInput): string {
  return `Nothing is deployed to ${app}, which this ship created.`
}
