import type { TomlTable, TomlValue } from 'smol-toml'
import { durationMs } from '../durations.js'
import { describeChanges } from './changes.js'
import { withoutHeader } from './header.js'
import { parseTables } from './parse.js'
import { runningBase } from './running.js'
import { foldKeys } from './spelling.js'
import { isTable } from './tables.js'

/**
 * What a toml changes of the settings that an app runs with, one `key: old → new` a line; its name left out. What flyctl
 * writes in another way than people, such as 90s as 1m30s, is no change.
 */
export function liveChanges(live: object, text: string): readonly string[] {
  return describeChanges(
    comparable(runningBase(live).text, 'The live configuration'),
    comparable(withoutHeader(text), 'The toml'),
  )
}

/** Whether two tomls have the same settings, whoever gave them and however they are written. Raises `config_invalid`. */
export function hasSameSettings(one: string, other: string): boolean {
  const [first, second] = [one, other].map(withoutHeader)
  if (first === second) return true
  const [before, after] = [first, second].map((text = '') => comparable(text, 'The toml'))
  return describeChanges(before as TomlTable, after as TomlTable).length === 0
}

/** Names in `[env]` of what runs that the toml does not have. */
export function lostVariables(live: object, text: string): readonly string[] {
  const names = (toml: string) => {
    const { env } = foldKeys(parseTables(toml, 'The toml'), 'The toml')
    return isTable(env) ? Object.keys(env) : []
  }
  const kept = names(text)
  return names(runningBase(live).text).filter((name) => !kept.includes(name))
}

function comparable(text: string, name: string): TomlTable {
  const { app: _app, build, ...rest } = foldKeys(parseTables(text, name), name)
  const image = isTable(build) ? build.image : undefined
  return {
    ...(image === undefined ? {} : { build: { image } }),
    ...(plain(rest, []) as TomlTable),
  }
}

/** As flyctl keeps them, whichever of its spellings an author chose (flyctl 2026.8, appconfig/config.go). */
const otherNames: Readonly<Record<string, string>> = {
  mount: 'mounts',
  compute: 'vm',
  computes: 'vm',
}
const lists = ['mounts', 'vm', 'services', 'files', 'statics', 'metrics', 'restart']
const durations =
  /^(?:interval|timeout|grace_period|wait_timeout|release_command_timeout|kill_timeout|idle_timeout|headers_read_timeout)$/

function plain(value: TomlValue, path: readonly string[]): TomlValue {
  const key = path.at(-1) ?? ''
  if (Array.isArray(value)) return value.map((each) => plain(each, path))
  if (isTable(value)) {
    const entries = Object.entries(value).map(([name, each]): [string, TomlValue] => {
      const named = path.length === 0 ? (otherNames[name] ?? name) : name
      const inner = plain(each, [...path, named])
      return [named, path.length === 0 && lists.includes(named) && isTable(inner) ? [inner] : inner]
    })
    return Object.fromEntries(
      entries.filter(([name, each]) => !isEmpty(each) && !isUnsaid(name, each)),
    )
  }
  if (path[0] === 'env') return String(value)
  if (key === 'auto_stop_machines') return autoStop(value)
  if (durations.test(key)) return seconds(value, path)
  if (key === 'memory') return megabytes(value)
  return value
}

/** What flyctl leaves out of a toml that it writes where it is zero (flyctl 2026.8, appconfig: `omitempty`). */
const unsaidZeros =
  /^(?:force_https|retries|auto_rollback|enable_consul|enable_etcd|lazy_load_images)$/

function isUnsaid(name: string, value: TomlValue): boolean {
  return (value === false || value === 0) && unsaidZeros.test(name)
}

function isEmpty(value: TomlValue): boolean {
  return (
    (isTable(value) && Object.keys(value).length === 0) ||
    (Array.isArray(value) && value.length === 0)
  )
}

function autoStop(value: TomlValue): TomlValue {
  if (value === true) return 'stop'
  return value === false ? 'off' : value
}

/** A bare number is nanoseconds in `[http_service]` and `[deploy]`, seconds for `kill_timeout`, else milliseconds. */
function seconds(value: TomlValue, path: readonly string[]): TomlValue {
  const bare =
    path.at(-1) === 'kill_timeout'
      ? 's'
      : path[0] === 'http_service' || path[0] === 'deploy'
        ? 'ns'
        : 'ms'
  const ms = durationMs(String(value), bare)
  return ms === undefined ? value : `${ms / 1000}s`
}

function megabytes(value: TomlValue): TomlValue {
  const [, amount, unit] = /^(\d+)\s*(mb|gb)?$/i.exec(String(value)) ?? []
  if (amount === undefined) return value
  return `${Number(amount) * (unit?.toLowerCase() === 'gb' ? 1024 : 1)}mb`
}
