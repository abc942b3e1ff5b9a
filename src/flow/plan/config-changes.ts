import type { AppStatus } from '../../fly/flyctl.js'
import { liveChanges } from '../../fly-toml/live-changes.js'
import type { ToolContext } from '../context.js'
import type { PlannedConfig } from './config.js'

/** What a deploy would change of what runs, one line each; where nothing runs, or Fly does not say what, of the file. */
export async function configChanges(
  app: AppStatus | undefined,
  { composed }: PlannedConfig,
  { flyctl, signal }: Pick<ToolContext, 'flyctl' | 'signal'>,
): Promise<string[]> {
  const isLive = app !== undefined && app.machines.length > 0
  const live = isLive
    ? await flyctl.runningConfig(app.name, { signal }).catch(() => undefined)
    : undefined
  return [...(live === undefined ? composed.changes : liveChanges(live, composed.text))]
}
