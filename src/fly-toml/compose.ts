import { stringify, type TomlTable } from 'smol-toml'
import { FlyopsError } from '../errors.js'
import { describeChanges } from './changes.js'
import { longestGracePeriodMs, outsideCheckPath } from './checks.js'
import { fillDefaults } from './defaults.js'
import type { ComposedConfig, ComposeRequest } from './fly-toml.js'
import { headerFor } from './header.js'
import { localPaths } from './local-files.js'
import { deployStrategy, groupMachines } from './machines.js'
import { parseTables } from './parse.js'
import { processGroups, serviceGroups, webServices } from './services.js'
import { applySettings } from './settings.js'
import { folded, isTable, portIn } from './tables.js'

/**
 * Makes the text of fly-<app>.toml: the caller's settings over the base over the defaults. Of the base's
 * `[build]` nothing stays, for the image is built. Raises `config_invalid` for a base that is not TOML and
 * `invalid_input` naming a setting that has no place in the base.
 */
export function composeConfig({ app, image, settings, base }: ComposeRequest): ComposedConfig {
  const { app: _app, primary_region: region, build: _build, ...rest } = readBase(base)
  const config: TomlTable = {
    app,
    ...(region === undefined ? {} : { primary_region: region }),
    build: { image },
    ...rest,
  }
  fillDefaults(config, settings)
  applySettings(config, settings)
  return {
    text: `${headerFor(base)}\n${stringify(config, { numbersAsFloat: true })}`,
    changes: describeChanges(reference(base), config),
    checkPath: outsideCheckPath(config),
    internalPort: portIn(webServices(config)[0]?.internal_port),
    gracePeriodMs: longestGracePeriodMs(config),
    serviceGroups: serviceGroups(config),
    machines: groupMachines(config),
    env: envOf(config),
    hasCommands: processGroups(config).length > 0,
    strategy: deployStrategy(config),
    localPaths: localPaths(config),
  }
}

export function readBase(base: ComposeRequest['base']): TomlTable {
  if (base === undefined) return {}
  const tables = parseTables(base.text, base.path)
  const hidden = Object.keys(tables).find((key) => folded(key) !== key)
  if (hidden !== undefined) throw inAnotherCase(hidden, base.path)
  return tables
}

/** What flyops replaces or looks at under one spelling, flyctl would take under the other. */
function inAnotherCase(key: string, path: string): FlyopsError {
  const message = `${path} has the key ${key}, which flyctl reads as ${folded(key)}.`
  return new FlyopsError('config_invalid', 'config', message, {
    remedy: `Write it as ${folded(key)}.`,
  })
}

/** Changes are told against the base, or against the defaults where they are all there is. */
function reference(base: ComposeRequest['base']): TomlTable {
  const config = readBase(base)
  if (base === undefined) fillDefaults(config, {})
  return config
}

/** flyctl takes numbers and booleans too, as text. */
export function envOf({ env }: TomlTable): Record<string, string> {
  const entries = isTable(env) ? Object.entries(env) : []
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}
