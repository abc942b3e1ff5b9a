import { stringify, type TomlTable } from 'smol-toml'
import { FlyopsError } from '../errors.js'
import { applyAssignments } from './assignments.js'
import { describeChanges } from './changes.js'
import { longestGracePeriodMs, outsideCheckPath, refuseOtherHosts } from './checks.js'
import { defaults, makeRoom } from './defaults.js'
import { editText } from './edit.js'
import { effectiveSettings, markSet } from './effective.js'
import type { BaseConfig, ComposedConfig, ComposeRequest } from './fly-toml.js'
import { defaultsName, headerFor, readHeader, withoutHeader } from './header.js'
import { localPaths } from './local-files.js'
import { deployStrategy, deployWaitMs, groupMachines } from './machines.js'
import { parseTables } from './parse.js'
import { processCommands, serviceGroups, speaksHttp, webServices } from './services.js'
import { applySettings } from './settings.js'
import { foldKeys, spellLike } from './spelling.js'
import { isTable, portIn } from './tables.js'

/**
 * Makes the text of fly-<app>.toml: the base as its author wrote it, but for `app`, `[build] image` and the
 * caller's settings; without a base, the defaults. Raises `config_invalid` for a base that is not TOML and
 * `invalid_input` naming a setting that has no place in it.
 */
export function composeConfig(request: ComposeRequest): ComposedConfig {
  const { app, image, settings, base } = request
  const before = base === undefined ? defaults({}) : readBase(base)
  const {
    app: _app,
    build,
    primary_region,
    ...rest
  } = base === undefined ? defaults(settings) : readBase(base)
  if (isTable(build) && build.compose !== undefined) throw composeRefused(base?.path)
  const config: TomlTable = {
    app,
    ...(primary_region === undefined ? {} : { primary_region }),
    build: { ...(isTable(build) ? build : {}), image },
    ...rest,
  }
  makeRoom(config, settings)
  applySettings(config, settings)
  const unset = effectiveSettings(config)
  applyAssignments(config, settings.set ?? [])
  refuseOtherHosts(config, base?.path ?? 'The toml')
  return {
    text: textOf(request, config),
    changes: describeChanges(before, config),
    effective: markSet(unset, effectiveSettings(config)),
    checkPath: outsideCheckPath(config),
    internalPort: portIn(webServices(config)[0]?.internal_port),
    gracePeriodMs: longestGracePeriodMs(config),
    longestWaitMs: deployWaitMs(config),
    serviceGroups: serviceGroups(config),
    machines: groupMachines(config),
    env: envOf(config),
    speaksHttp: speaksHttp(config),
    commands: processCommands(config),
    strategy: deployStrategy(config),
    localPaths: localPaths(config),
  }
}

/** The tables of a base, with keys as flyctl reads them. Raises `config_invalid`. */
export function readBase({ path, text }: BaseConfig): TomlTable {
  return foldKeys(parseTables(text, path), path)
}

/** An author's own fly-<app>.toml stays theirs: it gets no header. */
function textOf({ base, given = {} }: ComposeRequest, config: TomlTable): string {
  const body = bodyOf(base, config)
  const header = base === undefined ? undefined : readHeader(base.text)
  if (base?.isTarget && header === undefined) return body
  const madeOf = header?.madeOf ?? base?.path ?? defaultsName
  return `${headerFor({ madeOf, settings: given }, body)}${body}`
}

function bodyOf(base: BaseConfig | undefined, config: TomlTable): string {
  if (base === undefined) return stringify(config, { numbersAsFloat: true })
  const text = withoutHeader(base.text)
  const tables = parseTables(text, base.path)
  const edited = editText(text, tables, spellLike(tables, config) as TomlTable)
  return base.isTarget ? edited : edited.replace(/^\uFEFF/, '')
}

/** flyctl takes numbers and booleans too, as text. */
function envOf({ env }: TomlTable): Record<string, string> {
  const entries = isTable(env) ? Object.entries(env) : []
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

/** flyctl would read the compose file and what it names, on this machine, and deploy other images beside. */
function composeRefused(path = 'The base'): FlyopsError {
  const message = `${path} asks with [build.compose] for the containers of a compose file, which flyops does not deploy.`
  return new FlyopsError('config_invalid', 'config', message, {
    remedy: 'Deploy it with `flyctl deploy`, or leave [build.compose] out.',
  })
}
