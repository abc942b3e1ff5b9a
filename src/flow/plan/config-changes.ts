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
  if (app === undefined || app.machines.length === 0) return [...composed.changes]
  const live = await flyctl.runningConfig(app.name, { signal }).catch(() => undefined)
  return live === undefined ? [...composed.changes] : changesOf(app, live, composed.text)
}

/** The same where what runs is known; the image is that of a machine, for a deploy by `--image` leaves it out of the settings. */
export function changesOf(
  { machines }: Pick<AppStatus, 'machines'>,
  live: object,
  text: string,
): string[] {
  const image = machines[0]?.image
  return [...liveChanges(image === undefined ? live : { ...live, build: { image } }, text)]
}
