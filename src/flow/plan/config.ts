import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FlyopsError, type Warning } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import { composeConfig } from '../../fly-toml/compose.js'
import type { ComposedConfig } from '../../fly-toml/fly-toml.js'
import { readHeader } from '../../fly-toml/header.js'
import { refuseUnknownKeys } from '../../fly-toml/known-keys.js'
import { liveChanges } from '../../fly-toml/live-changes.js'
import { checkLocalPaths } from '../../fly-toml/local-files.js'
import { readTarget } from '../../fly-toml/read.js'
import { runningBase } from '../../fly-toml/running.js'
import { createPrivateFolder } from '../../process/private-folders.js'
import { configName } from '../../project/written-config.js'
import { findApp } from '../app/find.js'
import type { ToolContext } from '../context.js'
import { type DeployInput, type GivenSettings, mergeSettings, settingsOf } from '../deploy/input.js'
import { operationsIfReadable } from '../record/operations-here.js'
import { deploysAmong } from '../record/recorded-deploys.js'
import { type FoundBase, findBase, type Origin } from './base.js'
import { type FoundSources, type KnownSetting, knownSettings } from './settings.js'

/** The toml that a deploy would use, before anything is written. */
export interface PlannedConfig {
  /** Absolute path of the folder that holds it, and that its relative paths start from. */
  readonly folder: string
  /** Absolute path. */
  readonly path: string
  /** The file that it starts from, as results name it. */
  readonly from: string
  /** What callers have set in it, now and before. */
  readonly given: GivenSettings
  readonly composed: ComposedConfig
  /** What holds in the end, and who says so. */
  readonly settings: readonly KnownSetting[]
  /** Whether the author's own file lies at `path` and is not the base: it is put back when flyctl has ended. */
  readonly isLent: boolean
  /** What is strange about the file that it starts from. */
  readonly warnings: readonly Warning[]
}

/** What the caller has looked at already. */
interface Known {
  readonly found?: FoundBase
  readonly app?: Promise<AppStatus | undefined>
  /** Who found a setting out that the request has, by its name. */
  readonly foundSettings?: FoundSources
  /** Of the defaults: no path is known that a check could ask for. */
  readonly withoutCheck?: boolean
}

/**
 * Composes fly-<app>.toml, once for all that an operation does; raises `config_invalid` for a base that cannot be
 * read, or makes flyctl read what is not the project's.
 */
export async function planConfig(
  request: DeployInput,
  context: ToolContext,
  origin: Origin & Known = {},
): Promise<PlannedConfig> {
  const written = await context.folder.resolve(request.context, 'context', 'folder')
  const found = origin.found ?? (await findBase(request, context, origin))
  const { root, folder } = found
  const { base, kept, warnings } = await baseOf(found, { request, ...origin }, context)
  const { app, image } = request
  const given = mergeSettings(kept, request)
  const settings = { ...settingsOf(given), withoutCheck: origin.withoutCheck ?? false }
  const composed = composeConfig({ app, image, settings, given, base })
  const from = base?.path ?? 'defaults'
  if (request.worker && composed.serviceGroups.length > 0) throw workerRefused(from)
  await checkLocalPaths(composed.localPaths, { root, folder })
  const { display } = context.folder
  const place = { root: await context.folder.resolve('.', 'context', 'folder'), folder: written }
  const target = base?.isTarget ? undefined : await readTarget({ ...place, app, display })
  return {
    folder,
    path: join(written, configName(app)),
    isLent: target !== undefined && readHeader(target.text) === undefined,
    from,
    given,
    composed,
    settings: knownSettings(composed.effective, {
      request,
      kept,
      from,
      found: origin.foundSettings ?? {},
    }),
    warnings,
  }
}

type Based = Pick<FoundBase, 'base' | 'kept' | 'warnings'>

/**
 * What runs is the base where nobody has written a file: an app that a colleague or a pipeline deployed stays as it is,
 * also where that was after flyops had written a file of its own.
 */
async function baseOf(
  found: FoundBase,
  { request: { app: name }, app }: Known & { readonly request: DeployInput },
  context: ToolContext,
): Promise<Based> {
  const { base, isOurs, written } = found
  if (written === undefined && (base !== undefined || isOurs)) return found
  const seen = await (app ?? findApp(name, context))
  if (seen === undefined || seen.machines.length === 0) return found
  if (written !== undefined && (await isNewestOurs(seen, context))) return found
  const live = await context.flyctl.runningConfig(name, context)
  if (written === undefined) return { ...found, base: runningBase(live) }
  // Which image runs is no setting.
  const changes = liveChanges(live, written.text).filter(
    (each) => !each.startsWith('build.image: '),
  )
  if (changes.length === 0) return found
  return { base: runningBase(live), kept: {}, warnings: [liveChanged(name, written.path, changes)] }
}

/** Whether flyops here made the newest release; where nobody remembers it may be somebody else's. */
async function isNewestOurs({ name, release }: AppStatus, context: ToolContext): Promise<boolean> {
  const { operations } = await operationsIfReadable(context)
  const own = operations.filter(({ app }) => app === name)
  return deploysAmong(own).some((deploy) => deploy.release === release)
}

const shownChanges = 5

function liveChanged(app: string, path: string, changes: readonly string[]): Warning {
  const shown = changes.slice(0, shownChanges).map(turned).join('; ')
  const more = changes.length > shownChanges ? ` and ${changes.length - shownChanges} more` : ''
  const text = `Somebody has changed ${app} since flyops wrote ${path}, so what runs counts: ${shown}${more}.`
  return { code: 'live_changed', cosmetic: false, text }
}

/** `key: old → new` the other way round. */
function turned(change: string): string {
  return change.replace(/^(.*?): (.*) → (.*)$/s, '$1: $3 → $2')
}

/** What an author has written is not taken out. */
function workerRefused(from: string): FlyopsError {
  const message = `worker: ${from} has a service, and a worker has none.`
  return new FlyopsError('invalid_input', 'config', message, {
    remedy: 'Leave `worker` out, or write a toml without a service.',
  })
}

/** flyctl decides; what only `--strict` finds is a warning. Nothing is written beside the temporary file. */
export async function validateConfig(
  { folder, composed, path, warnings, given }: PlannedConfig,
  { flyctl, signal, folder: roots }: ToolContext,
): Promise<readonly Warning[]> {
  const { path: temporary, remove } = await createPrivateFolder('config')
  try {
    const candidate = join(temporary, 'fly.toml')
    await writeFile(candidate, composed.text, { mode: 0o600 })
    const findings = await flyctl
      .validateConfig(candidate, folder, { signal })
      .catch((error: unknown) => {
        throw naming(error, candidate, roots.display(path))
      })
    refuseUnknownKeys(given.set ?? [], findings)
    const unknown = findings.map((finding) => ({
      code: 'unknown_setting',
      cosmetic: false,
      text: `flyctl does not know the setting ${finding}, and ignores it.`,
    }))
    return [...warnings, ...unknown]
  } finally {
    await remove()
  }
}

/** The error names the file that the user knows, not the temporary one. */
function naming(error: unknown, temporary: string, path: string): unknown {
  if (!(error instanceof FlyopsError)) return error
  return error.with({ evidence: error.evidence?.replaceAll(temporary, path) })
}
