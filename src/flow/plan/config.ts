import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FlyopsError, type Warning } from '../../errors.js'
import { composeConfig } from '../../fly-toml/compose.js'
import type { BaseConfig, ComposedConfig } from '../../fly-toml/fly-toml.js'
import { checkLocalPaths, type LocalPlaces } from '../../fly-toml/local-files.js'
import { findBase } from '../../fly-toml/read.js'
import { createPrivateFolder } from '../../process/private-folders.js'
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
  /** The whole file where the deploy fails: without the strategy, which was for that deploy alone. */
  readonly textAfterFailure: string
}

/** Composes fly-<app>.toml; raises `config_invalid` for a base that cannot be read, or makes flyctl read what is not the project's. */
export async function planConfig(
  request: DeployInput,
  context: ToolContext,
  given?: BaseConfig,
): Promise<PlannedConfig> {
  const folder = await context.folder.resolve(request.context, 'context', 'folder')
  const root = await context.folder.resolve('.', 'context', 'folder')
  const base = given ?? (await baseInFolder(request, { root, folder }, context))
  const { app, image } = request
  const { strategy, ...lasting } = settingsOf(request)
  const composed = composeConfig({ app, image, settings: settingsOf(request), base })
  await checkLocalPaths(composed.localPaths, { root, folder })
  return {
    folder,
    path: join(folder, configName(app)),
    from: base?.path ?? 'defaults',
    composed,
    textAfterFailure:
      strategy === undefined
        ? composed.text
        : composeConfig({ app, image, settings: lasting, base }).text,
  }
}

async function baseInFolder(
  { app, base_config }: DeployInput,
  { root, folder }: LocalPlaces,
  { folder: roots }: ToolContext,
): Promise<BaseConfig | undefined> {
  const baseConfig =
    base_config === undefined ? undefined : await roots.resolve(base_config, 'base_config', 'file')
  return findBase({ root, context: folder, app, baseConfig, display: roots.display })
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
