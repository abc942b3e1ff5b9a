import { hasCode } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import type { ToolContext } from '../context.js'

/** The app as it is; undefined where there is none that this login may see. */
export function findApp(
  app: string,
  { flyctl, signal }: Pick<ToolContext, 'flyctl' | 'signal'>,
): Promise<AppStatus | undefined> {
  return flyctl.status(app, { signal }).catch(unlessUnknown)
}

/** What is asked of an app that may be gone, or somebody else's. */
export function unlessUnknown(error: unknown): undefined {
  if (hasCode(error, 'app_not_found')) return undefined
  throw error
}
