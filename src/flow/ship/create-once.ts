import type { AppStatus } from '../../fly/flyctl.js'
import { create } from '../app/create.js'
import type { ToolContext } from '../context.js'
import type { ShipPlan } from '../plan/ship-plan.js'
import { keepPreview } from '../previews/keep.js'
import type { ShipInput } from './input.js'
import { doneAlready, type Steps } from './steps.js'

interface Creation {
  readonly request: ShipInput
  readonly plan: ShipPlan
  readonly steps: Steps
}

export interface Created {
  /** The app as the deploy finds it, where nobody else can have changed it. */
  readonly created: AppStatus | undefined
  /** Of a preview. */
  readonly expires_at?: string
}

/** The app, where it is not there, and until when a preview is wanted. */
export async function createOnce(creation: Creation, context: ToolContext): Promise<Created> {
  const created = await createApp(creation)
  const { app, ttl } = creation.request
  if (ttl === undefined) return { created }
  return { created, expires_at: await keepPreview(app, ttl, context) }
}

async function createApp({ request, plan, steps }: Creation): Promise<AppStatus | undefined> {
  if (plan.app !== undefined) {
    steps.skip('create_app', doneAlready.create_app)
    return undefined
  }
  const { app, org } = request
  const made = await steps.run('create_app', (context) => create({ app, org }, context, plan.orgs))
  return { ...made, name: app, release: 0, machines: [] }
}
