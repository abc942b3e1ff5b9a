import { parse, TomlError, type TomlTable } from 'smol-toml'
import { FlyopsError } from '../errors.js'

/** The tables of a toml file as plain values; integers and floats are both numbers. Raises `config_invalid`. */
export function parseToml(text: string, name = 'The file'): Record<string, unknown> {
  return explaining(name, () => parse(text))
}

/** The same, with integers as bigint, so that writing it again keeps `1` and `1.0` apart. */
export function parseTables(text: string, name: string): TomlTable {
  return explaining(name, () => parse(text, { integersAsBigInt: true }))
}

function explaining<Parsed>(name: string, read: () => Parsed): Parsed {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const place = `line ${error.line}, column ${error.column}`
    throw new FlyopsError('config_invalid', 'config', `${name} is not valid TOML at ${place}.`, {
      remedy: `Repair ${place} of the file.`,
      evidence: `${error.message.split('\n')[0] ?? ''}\n\n${error.codeblock}`,
      diagnosis: 'toml_invalid',
      cause: error,
    })
  }
}
