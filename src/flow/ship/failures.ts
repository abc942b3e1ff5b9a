import { FlyopsError, hasCode, type NextCall } from '../../errors.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import type { ShipPlan } from '../plan/ship-plan.js'
import { findSource } from '../secrets/source.js'
import { testInput } from '../test/input.js'
import { type ShipInput, type ShipRequest, withoutPlan } from './input.js'
import type { StepReport } from './steps.js'

/** Raised where the world is not any more as the plan found it; nothing was started. */
export function planStale(request: ShipRequest, app: string): FlyopsError {
  return new FlyopsError(
    'plan_stale',
    'preflight',
    `Plan ${request.plan_id} does not hold any more: the source, the settings, the registry or ${app} has changed since, or the call has other arguments than the plan.`,
    {
      remedy: 'Look at a new plan, and apply that one.',
      next: [
        next.ship({ ...withoutPlan(request), plan_only: true }, 'shows what would be done now'),
      ],
    },
  )
}

interface Tested {
  readonly request: ShipInput
  readonly plan: Pick<ShipPlan, 'app' | 'test'>
}

/** A test's error, with the ships that its repairs are for: with that port, that path, those secrets, or as a worker. */
export async function shipInstead(
  error: unknown,
  tested: Tested,
  context: ToolContext,
): Promise<unknown> {
  if (!(error instanceof FlyopsError)) return error
  const tests = error.next.filter(isTest)
  const others = error.next.filter((call) => !isTest(call))
  const ships = tests.flatMap((call) => shipFor(call, tested))
  const shipping = error.with({ next: [...others, ...ships] })
  const lacking = tests.flatMap(({ arguments: args }) => testInput.parse(args).secrets ?? [])
  const names = lacking.filter((name) => !Object.hasOwn(tested.plan.test.secrets, name))
  const isSet = names.length > 0 && (await hasSecrets(names, tested, context))
  if (!isSet) return shipping
  const repaired = shipping.with({ next: ships })
  const { isThere } = (await findSource(tested.request, context))(names)
  return isThere ? repaired : unreadable(repaired, names, tested.request)
}

function isTest({ tool }: NextCall): boolean {
  return tool === 'test_image'
}

/** None for a worker whose toml gives it a service. */
function shipFor({ arguments: args, why }: NextCall, { request, plan }: Tested): NextCall[] {
  const { worker, internal_port, health_path, timeout, ...given } = testInput.parse(args)
  const { secrets = [], secrets_file } = given
  const ship = withoutPlan(request)
  if (worker) {
    const asWorker = { ...ship, worker, internal_port: undefined, health_path: undefined }
    return plan.test.isByDefaults ? [next.ship(asWorker, why)] : []
  }
  const required = requiredWith(secrets, request)
  const changes = {
    internal_port: internal_port ?? ship.internal_port,
    health_path: health_path ?? ship.health_path,
    grace_period: timeout ?? ship.grace_period,
    ...(required.length === 0 ? {} : { required_secrets: required, secrets_file }),
  }
  return [next.ship({ ...ship, ...changes }, why)]
}

function requiredWith(names: readonly string[], { required_secrets = [] }: ShipInput): string[] {
  return [...new Set([...required_secrets, ...names])]
}

/** What cannot be asked is not known to be there. */
async function hasSecrets(
  names: readonly string[],
  { request, plan }: Tested,
  context: ToolContext,
): Promise<boolean> {
  if (plan.app === undefined) return false
  const present = await context.flyctl
    .secretNames(request.app, context)
    .catch((): readonly string[] => [])
  return names.every((name) => present.includes(name))
}

/** The app has them, and nobody here knows the values. */
function unreadable(error: FlyopsError, names: readonly string[], request: ShipInput): FlyopsError {
  const known = `${request.app} has ${names.join(', ')} on Fly, and a value cannot be read back from there.`
  const skip = next.ship(
    {
      ...withoutPlan(request),
      required_secrets: requiredWith(names, request),
      skip_test: true,
    },
    'ships without the local test: the app has its secrets on Fly alone',
  )
  return error.with({
    remedy: `${known} Ask the person to put it into a file of NAME=value lines for \`secrets_file\`, never into the chat; or \`skip_test: true\` ships without the local test.`,
    next: [...error.next, skip],
  })
}

/** What was built is not what the commit's tag names: that can be deployed, with the settings of the ship. */
export function otherContent(error: unknown, { deployRequest }: ShipPlan): unknown {
  if (!hasCode(error, 'tag_moved')) return error
  return error.with({
    remedy: 'Deploy what the registry has of that commit; or commit the change, and ship again.',
    next: [next.deployImage(deployRequest, 'deploys what the registry has of that commit')],
  })
}

/** The step's own error; what was done is not done again, which a caller should know. */
export function resumable(
  error: unknown,
  request: ShipInput,
  reports: readonly StepReport[],
): unknown {
  // After `tag_moved` the same ship would build other content again.
  if (!(error instanceof FlyopsError) || error.code === 'tag_moved') return error
  const done = reports.filter(({ status }) => status === 'done').map(({ step }) => step)
  const kept = done.length === 0 ? '' : ` Done and kept: ${done.join(', ')}.`
  const isNew = done.includes('create_app')
  const isRepaired = error.next.length > 0 || error.retry !== 'no'
  const isOfCommit =
    !isRepaired && (hasCode(error, 'build_failed') || hasCode(error, 'test_failed'))
  const again = `${kept} ${isOfCommit ? 'Repair it, commit, and ship again.' : 'The same ship goes on from here.'}`
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
