import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { FlyopsError, type Warning } from '../errors.js'
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
    return withAppLock(app, context, ({ guard: onStart }) =>
      recorded(operation, context, async (): Promise<Output> => {
        await context.flyctl.destroyApp(app, { ...context, onStart })
        const unsure = await expectGone(app, context)
        const { warnings = [], ...config } = await removeConfig(app, folder, context)
        return {
          app,
          destroyed: true,
          machines: status.machines.length,
          ...config,
          ...(unsure.length + warnings.length > 0 ? { warnings: [...unsure, ...warnings] } : {}),
          next: [],
        }
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

const mostLooks = 3
const lookMs = 1_000

/** An exit status is no proof, and an API may show for a moment what is gone. Raises `unknown_failure` where it stays. */
async function expectGone(app: string, context: ToolContext): Promise<readonly Warning[]> {
  for (let looks = 1; looks <= mostLooks; looks += 1) {
    const error: unknown = await context.flyctl.status(app, context).then(
      () => undefined,
      (failure: unknown) => failure,
    )
    if (error instanceof FlyopsError && error.code === 'app_not_found') return []
    if (error !== undefined) return [unseen(app, error)]
    if (looks < mostLooks) await sleep(lookMs)
  }
  throw new FlyopsError(
    'unknown_failure',
    'preflight',
    `flyctl reported ${app} as destroyed, and Fly still shows it.`,
    {
      remedy: 'Look again in a minute; destroy it again where it is still there.',
      retry: 'after_wait',
      next: [{ tool: 'check_health', arguments: { app }, why: 'shows what is left' }],
    },
  )
}

function unseen(app: string, error: unknown): Warning {
  const reason = error instanceof Error ? error.message : String(error)
  const text = `Fly could not be asked whether ${app} is gone: ${reason}`
  return { code: 'destroy_unverified', cosmetic: false, text }
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
