import { FlyopsError, hasCode, type NextCall } from '../../errors.js'
import { withAppLock } from '../app-lock.js'
import type { ToolContext } from '../context.js'
import { given } from '../given.js'
import { sayingWhatLives } from '../live.js'
import { next } from '../next.js'
import { recordedDeploys } from '../record/recorded-deploys.js'
import { rollbackInput } from '../rollback/input.js'
import { findTarget } from '../rollback/target.js'
import { type Deployed, type Deployment, deployLocked } from './deploy.js'
import { deployInput } from './input.js'

/**
 * Deploys; where that leaves the app with a release that does not work, and the request says so, returns once
 * to the last healthy release. Raises what the deploy raised, with what became of the app.
 */
export function deployOrRollBack(deployment: Deployment, context: ToolContext): Promise<Deployed> {
  const { app, rollback_on_failure: returns } = deployment.request
  return withAppLock(app, context, (locked) =>
    deployLocked(deployment, locked).catch(async (error: unknown) => {
      if (!returns || !mayHaveChanged(error) || context.signal.aborted) throw error
      throw await returned(error, deployment, locked)
    }),
  )
}

function mayHaveChanged(error: unknown): error is FlyopsError {
  return hasCode(error, 'unhealthy', 'deploy_failed')
}

async function returned(
  failure: FlyopsError,
  { request }: Deployment,
  context: ToolContext,
): Promise<unknown> {
  const { app } = request
  context.progress({ message: 'returning to the last healthy release', stage: 'deploy' })
  try {
    if (await isUnchanged(app, context)) return failure
    const target = await findTarget(app, undefined, context)
    const { release, verdict, image } = await deployLocked(
      {
        request: deployInput.parse({ app, image: target.image, context: request.context }),
        operation: {
          tool: 'rollback',
          app,
          args: given(rollbackInput, { app, to: target.release, context: request.context }),
        },
        base: target.base,
      },
      // The way back is part of what was approved of.
      { ...context, isStep: true, isApproved: true },
    )
    const message = `${failure.message} Rolled back: ${app} runs ${image} of release ${target.release} again, as release ${release}, and is ${verdict}.`
    const look = next.checkHealth({ app }, 'looks at the release that runs again')
    const told = failure.with({
      message,
      live: undefined,
      retry: 'no',
      remedy: 'Repair what kept it from working, and deploy again.',
      next: otherCalls([...failure.next, look]),
    })
    return sayingWhatLives(told, app, context, { before: 0 })
  } catch (error) {
    if (!(error instanceof FlyopsError)) throw error
    const message = `${failure.message} It was not rolled back: ${error.message}`
    const offered = otherCalls([...failure.next, ...error.next])
    return failure.with({ message, live: error.live, next: offered })
  }
}

/** Whether every machine carries what it did before the deploy that has just failed: then nothing is to be returned from. */
async function isUnchanged(app: string, context: ToolContext): Promise<boolean> {
  const [{ before } = { before: undefined }] = await recordedDeploys(app, context)
  if (before === undefined) return false
  const { machines } = await context.flyctl.status(app, context)
  return machines.every(({ release }) => release !== undefined && release <= before)
}

/** Each once, and not the way back: it has just been tried. */
function otherCalls(calls: readonly NextCall[]): readonly NextCall[] {
  const others = calls.filter(({ tool }) => tool !== 'rollback')
  return [...new Map(others.map((call) => [call.tool, call])).values()].slice(0, 3)
}
