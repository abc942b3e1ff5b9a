import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FlyopsError, hasCode, type NextCall, type Warning } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import { readHeader } from '../../fly-toml/header.js'
import { readText } from '../../project/safe-read.js'
import { configName } from '../../project/written-config.js'
import { withAppLock } from '../app-lock.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import { type Recorded, recorded } from '../record/recorded.js'
import { recordedFolder } from '../record/recorded-folder.js'
import type { DestroyInput } from './destroy-input.js'

/** What is told of an app that is gone. */
interface Destroyed {
  readonly app: string
  readonly destroyed: boolean
  readonly machines: number
  readonly config_removed?: string
  readonly warnings?: Warning[]
  readonly next: NextCall[]
}

/** Destroys an app that a person wants to be gone. Raises `not_confirmed`, and `unknown_failure` where it stays. */
export async function destroy(
  { app, confirm, context: folder }: DestroyInput,
  context: ToolContext,
): Promise<Destroyed> {
  const status = await context.flyctl.status(app, context)
  await confirmed(status, confirm, context)
  return withAppLock(app, context, (locked) => destroyApp(status, folder, locked))
}

/** For one who holds the app's lock, and need ask nobody. Raises `unknown_failure` where the app stays. */
export function destroyApp(
  { name: app, machines }: AppStatus,
  folder: string,
  context: ToolContext,
): Promise<Destroyed> {
  return recorded(operationOn(app), context, async (): Promise<Destroyed> => {
    await context.flyctl.destroyApp(app, { ...context, onStart: context.guard })
    const unsure = await expectGone(app, context)
    const { warnings = [], ...config } = await removeConfig(app, folder, context)
    return {
      app,
      destroyed: true,
      machines: machines.length,
      ...config,
      ...(unsure.length + warnings.length > 0 ? { warnings: [...unsure, ...warnings] } : {}),
      next: [],
    }
  })
}

/** Writes down that an app was found to be gone. */
export async function recordGone(app: string, context: ToolContext): Promise<void> {
  await recorded(operationOn(app), context, async () => ({ app }))
}

function operationOn(app: string): Recorded {
  return { tool: 'destroy_app', app, args: { app } }
}

async function confirmed(
  { name, org, machines, release }: AppStatus,
  confirm: string | undefined,
  { askToType }: ToolContext,
): Promise<void> {
  const what = `${name} of organization ${org}, its machines (${machines.length}), volumes and secrets (release ${release})`
  const question = `Destroy ${what}? This cannot be undone. Type the name of the app.`
  const answer = await askToType?.(question)
  const typed = answer === undefined ? confirm : answer.typed
  if (typed === name) return
  throw new FlyopsError('not_confirmed', 'preflight', `Nothing was destroyed: ${what} stay.`, {
    remedy:
      answer === undefined
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
    if (hasCode(error, 'app_not_found')) return []
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
      next: [next.checkHealth({ app }, 'shows what is left')],
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
  given: string,
  context: ToolContext,
): Promise<Pick<Destroyed, 'config_removed' | 'warnings'>> {
  const { folder: roots } = context
  const folder = given === '.' ? ((await recordedFolder(app, context)) ?? given) : given
  const place = await roots.resolve(folder, 'context', 'folder').catch(() => undefined)
  if (place === undefined) return {}
  const path = join(place, configName(app))
  const shown = roots.display(path)
  const root = await roots.resolve('.', 'context', 'folder')
  const errors = { code: 'config_invalid', stage: 'config' } as const
  // What cannot be read was not written by flyops.
  const text = await readText({ root, path, ...errors }).catch(() => undefined)
  if (text === undefined || readHeader(text) === undefined) return {}
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
