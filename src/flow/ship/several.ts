import { FlyopsError } from '../../errors.js'
import { sideBySide, together } from '../../side-by-side.js'
import type { ToolContext } from '../context.js'
import { failedApp } from '../failed-app.js'
import { failureOf } from '../failure.js'
import { given } from '../given.js'
import { sayingWhatLives } from '../live.js'
import { next } from '../next.js'
import { planIdOf } from '../plan/plan-id.js'
import { planShip, type ShipPlan } from '../plan/ship-plan.js'
import { type Place, withSources } from '../plan/source.js'
import { recorded } from '../record/recorded.js'
import { withSharedLogin } from '../registry-login.js'
import { undoing } from '../undo.js'
import { planStale } from './failures.js'
import { type ShipInput, type ShipRequest, shipInput, shipsOf, withoutPlan } from './input.js'
import { needsApp } from './needs-app.js'
import { type Shipped, type ShippedApp, stepsThat } from './output.js'
import { remembering } from './remembered.js'
import { shipOne, shipPlanned } from './ship.js'
import { showAll } from './show.js'

/** Ships one app, or several of one commit. Raises `invalid_input` where it is neither, or both. */
export async function shipApps(request: ShipRequest, context: ToolContext): Promise<Shipped> {
  if ((request.app === undefined) === (request.apps === undefined))
    throw await needsApp(request, context)
  const ships = await together(shipsOf(request).map((ship) => remembering(ship, context)))
  const [first] = ships
  if (request.apps === undefined && first !== undefined) return shipOne(first, context)
  return withSharedLogin(context, (shared) =>
    withSources(request, ships, shared, (places) => shipFrom(request, { ships, places }, shared)),
  )
}

interface Commit {
  readonly ships: readonly ShipInput[]
  readonly places: readonly Place[]
}

interface Planned {
  readonly request: ShipInput
  readonly place: Place
  readonly plan: ShipPlan
}

/** Plans begin programs of their own. */
const plansAtOnce = 3

/** Everything is looked at before anything is done: what one of them lacks is told before the others are changed. */
async function shipFrom(
  request: ShipRequest,
  { ships, places }: Commit,
  context: ToolContext,
): Promise<Shipped> {
  context.progress({ message: `looking at what is there of ${ships.length} apps` })
  const planned = await sideBySide([...ships.entries()], plansAtOnce, async ([index, ship]) => {
    const place = places[index] as Place
    const plan = await planShip(ship, place, context).catch((error: unknown) => {
      throw naming(ship.app, error)
    })
    return { request: ship, place, plan }
  })
  const id = planIdOf(planned.map(({ plan }) => plan.id))
  if (request.plan_only) {
    const plans = await sideBySide(planned, plansAtOnce, ({ request: ship, plan }) =>
      showAll(ship, plan, context),
    )
    return showPlans(request, plans, id)
  }
  if (request.plan_id !== undefined && request.plan_id !== id) throw planStale(request, 'an app')
  const operation = {
    tool: 'ship',
    app: ships[0]?.app ?? '',
    args: given(shipInput, withoutPlan(request)),
  }
  return recorded(operation, context, () => shipAll(request, planned, context))
}

function naming(app: string, error: unknown): unknown {
  if (!(error instanceof FlyopsError) || error.message.includes(app)) return error
  return error.with({ message: `${app}: ${error.message}` })
}

function showPlans(request: ShipRequest, plans: readonly Shipped[], id: string): Shipped {
  return {
    status: 'done',
    ...sourceOf(plans[0]),
    plan_id: id,
    results: plans.map((planned): ShippedApp => {
      const { app = '', image, plan } = planned
      const steps = stepsThat('planned', planned)
      const isNeeded = steps.length > 0
      const { toml: _toml, command: _command, ...shown } = plan ?? {}
      return {
        app,
        status: isNeeded ? 'planned' : 'unchanged',
        image,
        steps,
        ...(isNeeded ? { plan: shown } : {}),
      }
    }),
    warnings: warningsOf(plans),
    next: callsOf(request, plans, id),
  }
}

/** Where apps lack secrets, what gives them some comes first, and another plan is due then. */
function callsOf(
  request: ShipRequest,
  plans: readonly Shipped[],
  id: string,
): NonNullable<Shipped['next']> {
  const again = withoutPlan(request)
  const giving = plans
    .flatMap(({ next: calls = [] }) => calls)
    .filter(({ tool }) => tool !== 'ship')
  return giving.length === 0
    ? [next.ship({ ...again, plan_id: id }, 'does exactly this plan')]
    : [...giving.slice(0, 2), next.ship({ ...again, plan_only: true }, 'then the apps have them')]
}

/** One after the other: a failure ends it, for what follows may need what failed. Raises it where nothing was done before. */
async function shipAll(
  request: ShipRequest,
  planned: readonly Planned[],
  context: ToolContext,
): Promise<Shipped> {
  const done: Shipped[] = []
  for (const [index, each] of planned.entries()) {
    try {
      done.push(await shipPlanned(each, stepContext(index, planned.length, context)))
    } catch (cause) {
      const { app } = each.request
      const told = await sayingWhatLives(cause, app, context)
      const error = failureOf(told, { ...context, tool: 'ship', args: each.request })
      if (index === 0) throw naming(app, error)
      const left = planned.slice(index + 1).map(({ request: { app: name } }) => name)
      return partly(request, done, { app, error, left })
    }
  }
  const undo = done.flatMap(({ next: calls }) => undoing(calls)).slice(0, mostUndone)
  return {
    status: 'done',
    ...sourceOf(done[0]),
    results: done.map(shown),
    warnings: warningsOf(done),
    next: undo,
  }
}

const mostUndone = 3

function stepContext(index: number, count: number, context: ToolContext): ToolContext {
  return {
    ...context,
    isStep: true,
    progress: ({ percent, ...update }) =>
      context.progress({
        ...update,
        ...(percent === undefined ? {} : { percent: (100 * index + percent) / count }),
      }),
  }
}

interface Failed {
  readonly app: string
  readonly error: FlyopsError
  /** Those after it. */
  readonly left: readonly string[]
}

const longestReason = 300

function partly(
  request: ShipRequest,
  done: readonly Shipped[],
  { app, error, left }: Failed,
): Shipped {
  const rest = [app, ...left]
  const apps = Object.fromEntries(
    Object.entries(request.apps ?? {}).filter(([name]) => rest.includes(name)),
  )
  return {
    status: 'partly_done',
    ...sourceOf(done[0]),
    results: [
      ...done.map(shown),
      failedApp(app, error, longestReason),
      ...left.map((name): ShippedApp => ({ app: name, status: 'not_started' })),
    ],
    warnings: warningsOf(done),
    next: [
      ...error.next.slice(0, 2),
      next.ship({ ...withoutPlan(request), apps }, 'goes on with those that are left'),
    ],
  }
}

function sourceOf(shipped: Shipped | undefined): Pick<Shipped, 'commit' | 'dirty'> {
  const { commit, dirty } = shipped ?? {}
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(dirty === undefined ? {} : { dirty }),
  }
}

function shown(shipped: Shipped): ShippedApp {
  const { app = '', image, release, verdict, url } = shipped
  const made = stepsThat('done', shipped)
  return {
    app,
    status: made.length === 0 ? 'unchanged' : 'shipped',
    image,
    release,
    verdict,
    ...(url === undefined ? {} : { url }),
    steps: made,
  }
}

function warningsOf(shipped: readonly Shipped[]): NonNullable<Shipped['warnings']> {
  return shipped.flatMap(({ app, warnings = [] }) =>
    warnings.map((warning) => ({ ...warning, text: `${app}: ${warning.text}` })),
  )
}
