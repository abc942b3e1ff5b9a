import { join } from 'node:path'
import { hasCode, type Warning } from '../../errors.js'
import type { BaseConfig } from '../../fly-toml/fly-toml.js'
import { defaultsName, isFile, readHeader, withoutHeader } from '../../fly-toml/header.js'
import type { LocalPlaces } from '../../fly-toml/local-files.js'
import {
  appOf,
  type BaseSearch,
  findAuthored,
  readBaseAt,
  readTarget,
} from '../../fly-toml/read.js'
import type { ProjectFolder } from '../../project/project-folder.js'
import { configName, isWrittenByFlyops } from '../../project/written-config.js'
import type { ToolContext } from '../context.js'
import { type GivenSettings, readSettings } from '../deploy/input.js'

export interface BaseRequest {
  readonly app: string
  readonly context: string
  readonly base_config?: string | undefined
}

/** What fly-<app>.toml starts from, where the files of the project folder do not decide it alone. */
export interface Origin {
  /** In place of any file. */
  readonly base?: BaseConfig | undefined
  /** Where no file is for this app. */
  readonly fallback?: BaseConfig | undefined
  /** The work tree of the commit that is shipped; its files come before those of the project folder. */
  readonly commit?: ProjectFolder | undefined
}

/** Where a toml starts from, and the folder that its relative paths start from. */
export interface FoundBase extends LocalPlaces {
  readonly base: BaseConfig | undefined
  /** Whether flyops has deployed the app from here before, of the defaults too. */
  readonly isOurs: boolean
  /** What callers have set before, which a fly-<app>.toml of ours has kept. */
  readonly kept: GivenSettings
  /** The file that flyops made of no author's one: what runs comes before it where somebody else has deployed since. */
  readonly written?: BaseConfig | undefined
  readonly warnings: readonly Warning[]
}

/**
 * The author's file: the one that the caller names, fly-<app>.toml where somebody else than flyops wrote it, what
 * ours was made of, another one for this app, fly.toml. Raises `config_invalid` for one that cannot be read.
 */
export async function findBase(
  request: BaseRequest,
  { folder: project }: ToolContext,
  { base, fallback, commit }: Origin = {},
): Promise<FoundBase> {
  if (base !== undefined) return { ...(await placesIn(project, request)), ...recorded(base) }
  const searches = await searchesIn([commit ?? project, project], request)
  const targets = await Promise.all(searches.map(readTarget))
  const ours = targets.find((target) => target !== undefined && readWritten(target) !== undefined)
  const written = ours === undefined ? undefined : readWritten(ours)
  const isNamed = searches.some(({ named }) => named !== undefined)
  const kept = (isNamed ? undefined : written?.kept) ?? {}
  for (const [index, search] of searches.entries()) {
    const { root, folder } = search
    const found = await findIn(search, targets[index], written?.madeOf)
    if (found === undefined) continue
    const isApps = isNamed || found.isTarget || ours !== undefined || appOf(found) === request.app
    if (!isApps && fallback !== undefined) return { root, folder, ...recorded(fallback) }
    const left = found === ours && !isNamed ? ours : undefined
    const isOurs = ours !== undefined
    return { root, folder, kept, isOurs, written: left, ...withoutOldHeader(found) }
  }
  const places = await placesIn(project, request)
  if (ours === undefined && fallback !== undefined) return { ...places, ...recorded(fallback) }
  const left = written?.madeOf === defaultsName ? undefined : ours
  return { ...places, base: left, isOurs: ours !== undefined, kept, written: ours, warnings: [] }
}

/** What was deployed once, with what callers had given then. */
function recorded(base: BaseConfig): Omit<FoundBase, keyof LocalPlaces> {
  return { base, isOurs: false, kept: readWritten(base)?.kept ?? {}, warnings: [] }
}

interface Search extends BaseSearch {
  /** Absolute path that the caller names. */
  readonly named: string | undefined
}

async function searchesIn(
  folders: readonly ProjectFolder[],
  request: BaseRequest,
): Promise<readonly Search[]> {
  const distinct = [...new Set(folders)]
  const searches = distinct.map((roots) => {
    const searching = searchIn(roots, request)
    // What a caller names may be in the work tree alone.
    return roots === distinct.at(-1) ? searching : searching.catch(notInThatCommit)
  })
  return (await Promise.all(searches)).filter((search) => search !== undefined)
}

function notInThatCommit(error: unknown): undefined {
  if (!hasCode(error, 'invalid_input')) throw error
}

async function searchIn(roots: ProjectFolder, request: BaseRequest): Promise<Search> {
  const { app, base_config } = request
  const named =
    base_config === undefined ? undefined : await roots.resolve(base_config, 'base_config', 'file')
  const places = await placesIn(roots, request)
  const isTarget = named === join(places.folder, configName(app))
  return { ...places, app, named: isTarget ? undefined : named, display: roots.display }
}

async function placesIn(roots: ProjectFolder, { context }: BaseRequest): Promise<LocalPlaces> {
  return {
    root: await roots.resolve('.', 'context', 'folder'),
    folder: await roots.resolve(context, 'context', 'folder'),
  }
}

async function findIn(
  search: Search,
  target: BaseConfig | undefined,
  madeOf: string | undefined,
): Promise<BaseConfig | undefined> {
  if (search.named !== undefined) return readBaseAt(search.named, search)
  if (target !== undefined && readWritten(target) === undefined) return target
  // What was a record, or another app's settings, is nowhere else: ours itself has it.
  if (madeOf !== undefined && !isFile(madeOf) && madeOf !== defaultsName) return target
  return findAuthored(search, madeOf)
}

/** What a file of ours that nobody has edited was made of; undefined for any other. */
function readWritten({ text }: BaseConfig) {
  const header = readHeader(text)
  const kept = header === undefined ? undefined : readSettings(header.given)
  return kept === undefined ? undefined : { madeOf: header?.madeOf, kept }
}

/** A file of ours that somebody has edited is theirs from then on. */
function withoutOldHeader(base: BaseConfig): Pick<FoundBase, 'base' | 'warnings'> {
  const isEdited = base.isTarget && isWrittenByFlyops(base.text) && readWritten(base) === undefined
  if (!isEdited) return { base, warnings: [] }
  const text = `${base.path} was edited since flyops wrote it: it counts as it stands, and the file that it was made of counts no more. Remove it to start from that one again.`
  return {
    base: { ...base, text: withoutHeader(base.text) },
    warnings: [{ code: 'config_edited', cosmetic: false, text }],
  }
}
