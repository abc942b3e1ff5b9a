import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FlyopsError, hasCode, type Warning } from '../../errors.js'
import { composeConfig } from '../../fly-toml/compose.js'
import type { BaseConfig, ComposedConfig } from '../../fly-toml/fly-toml.js'
import { checkLocalPaths, type LocalPlaces } from '../../fly-toml/local-files.js'
import { findBase } from '../../fly-toml/read.js'
import { createPrivateFolder } from '../../process/private-folders.js'
import type { ProjectFolder } from '../../project/project-folder.js'
import { configName } from '../../project/written-config.js'
import type { ToolContext } from '../context.js'
import { type DeployInput, settingsOf } from '../deploy/input.js'

/** The toml that a deploy would use, before anything is written. */
export interface PlannedConfig {
  /** Absolute path of the folder that holds it, and that its relative paths start from. */
  readonly folder: string
  /** Absolute path. */
  readonly path: string
  /** The file that it starts from, as results name it. */
  readonly from: string
  readonly composed: ComposedConfig
}

/** What fly-<app>.toml starts from, where the files of the project folder do not decide it alone. */
export interface Origin {
  /** In place of any file. */
  readonly base?: BaseConfig | undefined
  /** Where the app has no fly-<app>.toml of its own. */
  readonly fallback?: BaseConfig | undefined
  /** The work tree of the commit that is shipped; its files come before those of the project folder. */
  readonly commit?: ProjectFolder | undefined
}

/**
 * Composes fly-<app>.toml, once for all that an operation does; raises `config_invalid` for a base that cannot be
 * read, or makes flyctl read what is not the project's.
 */
export async function planConfig(
  request: DeployInput,
  context: ToolContext,
  origin: Origin = {},
): Promise<PlannedConfig> {
  const written = await context.folder.resolve(request.context, 'context', 'folder')
  const { base, ...places } = await findOrigin(request, context, origin)
  const { root, folder } = places
  const { app, image } = request
  const composed = composeConfig({ app, image, settings: settingsOf(request), base })
  await checkLocalPaths(composed.localPaths, { root, folder })
  return {
    folder,
    path: join(written, configName(app)),
    from: base?.path ?? 'defaults',
    composed,
  }
}

/** What a caller names may be in the work tree alone. */
function notInThatCommit(error: unknown): undefined {
  if (!hasCode(error, 'invalid_input')) throw error
}

interface FoundOrigin extends LocalPlaces {
  readonly base: BaseConfig | undefined
}

async function findOrigin(
  request: DeployInput,
  { folder: project }: ToolContext,
  { base, fallback, commit }: Origin,
): Promise<FoundOrigin> {
  if (base !== undefined) return { ...(await placesIn(project, request)), base }
  if (commit !== undefined && commit !== project) {
    const found = await baseIn(commit, request).catch(notInThatCommit)
    if (found?.base !== undefined) return found
  }
  const found = await baseIn(project, request)
  return found.base?.isTarget ? found : { ...found, base: fallback ?? found.base }
}

async function baseIn(roots: ProjectFolder, request: DeployInput): Promise<FoundOrigin> {
  const { app, base_config } = request
  const baseConfig =
    base_config === undefined ? undefined : await roots.resolve(base_config, 'base_config', 'file')
  const { root, folder } = await placesIn(roots, request)
  const base = await findBase({ root, context: folder, app, baseConfig, display: roots.display })
  return { root, folder, base }
}

async function placesIn(roots: ProjectFolder, { context }: DeployInput): Promise<LocalPlaces> {
  return {
    root: await roots.resolve('.', 'context', 'folder'),
    folder: await roots.resolve(context, 'context', 'folder'),
  }
}

/** flyctl decides; what only `--strict` finds is a warning. Nothing is written beside the temporary file. */
export async function validateConfig(
  { folder, composed, path }: PlannedConfig,
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
    return findings.map((finding) => ({
      code: 'unknown_setting',
      cosmetic: false,
      text: `flyctl does not know the setting ${finding}, and ignores it.`,
    }))
  } finally {
    await remove()
  }
}

/** The error names the file that the user knows, not the temporary one. */
function naming(error: unknown, temporary: string, path: string): unknown {
  if (!(error instanceof FlyopsError)) return error
  return error.with({ evidence: error.evidence?.replaceAll(temporary, path) })
}
