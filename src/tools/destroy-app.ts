import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { FlyopsError } from '../errors.js'
import type { AppStatus } from '../fly/flyctl.js'
import { isWrittenByFlyops, replacesSomebodys } from '../fly-toml/header.js'
import * as fields from './parameters.js'
import { recorded } from './recorded.js'
import { defineTool, mayReplace, type ToolContext } from './tool.js'
import { withAppLock } from './with-app-lock.js'

const input = z.strictObject({
  app: fields.app,
  confirm: z.string().max(63).optional().describe('The name of the app once more'),
  context: fields.context,
})

const output = z.object({
  app: z.string(),
  destroyed: z.boolean(),
  machines: fields.count,
  config_removed: z.string().optional(),
  warnings: fields.warnings.optional(),
  next: fields.next,
})

type Output = z.output<typeof output>

export const destroyApp = defineTool({
  name: 'destroy_app',
  title: 'Destroy an app',
  description:
    'Destroys an app with its machines, volumes, secrets and image repository, for good: for previews and experiments. A person confirms it where the client can ask; elsewhere `confirm` must be the name of the app, and only a person may decide that. Removes fly-<app>.toml where flyops wrote it.',
  annotations: { ...mayReplace, idempotentHint: false },
  input,
  output,
  async run({ app, confirm, context: folder }, context) {
    const status = await context.flyctl.status(app, context)
    await confirmed(status, confirm, context)
    const operation = { tool: 'destroy_app', app, args: { app } }
    return withAppLock(app, context, () =>
      recorded(operation, context, async (): Promise<Output> => {
        await context.flyctl.destroyApp(app, context)
        const config = await removeConfig(app, folder, context)
        return { app, destroyed: true, machines: status.machines.length, ...config, next: [] }
      }),
    )
  },
  summarize: ({ app, machines, config_removed }) =>
    `Destroyed ${app} and its ${machines} machines${config_removed === undefined ? '' : `; removed ${config_removed}`}. This cannot be undone.`,
})

async function confirmed(
  { name, org, machines, release }: AppStatus,
  confirm: string | undefined,
  { askToType }: ToolContext,
): Promise<void> {
  const what = `${name} of organization ${org}, its ${machines.length} machines, volumes and secrets (release ${release})`
  const typed =
    askToType === undefined
      ? confirm
      : await askToType(`Destroy ${what}? This cannot be undone. Type the name of the app.`)
  if (typed === name) return
  throw new FlyopsError('not_confirmed', 'preflight', `Nothing was destroyed: ${what} stays.`, {
    remedy:
      askToType === undefined
        ? `Ask the person; if they want it, give confirm: "${name}".`
        : 'The person did not type the name of the app.',
  })
}

/** Nothing where there was none, or it is somebody's own. The app is gone: a file that stays is no failure. */
async function removeConfig(
  app: string,
  folder: string,
  { folder: roots }: ToolContext,
): Promise<Pick<Output, 'config_removed' | 'warnings'>> {
  const place = await roots.resolve(folder, 'context', 'folder').catch(() => undefined)
  if (place === undefined) return {}
  const path = join(place, `fly-${app}.toml`)
  const text = await readFile(path, 'utf8').catch(() => '')
  if (!isWrittenByFlyops(text) || replacesSomebodys(text)) return {}
  const shown = roots.display(path)
  try {
    await rm(path)
    return { config_removed: shown }
  } catch {
    return {
      warnings: [
        { code: 'config_kept', cosmetic: true, text: `${shown} stays: it could not be removed.` },
      ],
    }
  }
}
