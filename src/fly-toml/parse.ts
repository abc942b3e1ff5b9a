import { parse, TomlError, type TomlTable, type TomlValue } from 'smol-toml'
import { FlyopsError } from '../errors.js'
import { isTable } from './tables.js'

/** The tables of a toml file as plain values; integers and floats are both numbers. Raises `config_invalid`. */
export function parseToml(text: string, name = 'The file'): Record<string, unknown> {
  return explaining(name, () => parse(text))
}

/** The same, or in a few words where and why it is none. */
export function tryToml(text: string): { tables: Record<string, unknown> } | { fault: string } {
  try {
    return { tables: parse(text) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [what = ''] = error.message.split('\n')
    return { fault: `line ${error.line}: ${what}` }
  }
}

/**
 * The same of an app's configuration, with integers as bigint, so that writing it again keeps `1` and `1.0`
 * apart. Raises `config_invalid` also for one that is nested deeper, or holds more, than any app needs: what
 * is done with it later would take minutes, or more stack than there is.
 */
export function parseTables(text: string, name: string): TomlTable {
  if (text.length > mostChars) throw excessive(name, `has more than ${mostChars} characters`)
  const tables = explaining(name, () => parse(text, { integersAsBigInt: true }))
  const excess = excessOf(tables)
  if (excess !== undefined) throw excessive(name, excess)
  return tables
}

const mostChars = 256_000
const mostLevels = 16
const mostValues = 5_000

/** Level by level, for the file may be nested deeper than functions can be. */
function excessOf(tables: TomlTable): string | undefined {
  let values = 0
  let level: readonly TomlValue[] = [tables]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > mostLevels) return `is nested more than ${mostLevels} levels deep`
    level = level.flatMap((value) => {
      if (Array.isArray(value)) return value
      return isTable(value) ? Object.values(value) : []
    })
    values += level.length
    if (values > mostValues) return `has more than ${mostValues} values`
  }
  return undefined
}

function excessive(name: string, excess: string): FlyopsError {
  return new FlyopsError('config_invalid', 'config', `${name} ${excess}.`, {
    remedy: 'Leave out of it what is no setting of the app.',
  })
}

const shownColumns = 200

function explaining<Parsed>(name: string, read: () => Parsed): Parsed {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const place = `line ${error.line}, column ${error.column}`
    const lines = [error.message.split('\n')[0] ?? '', '', ...error.codeblock.split('\n')]
    throw new FlyopsError('config_invalid', 'config', `${name} is not valid TOML at ${place}.`, {
      remedy: `Repair ${place} of the file.`,
      evidence: lines.map((line) => line.slice(0, shownColumns)).join('\n'),
      diagnosis: 'toml_invalid',
      cause: error,
    })
  }
}
