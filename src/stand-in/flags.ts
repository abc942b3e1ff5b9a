import { type ParseArgsConfig, parseArgs } from 'node:util'
import { FlyctlError } from './failure.js'

/** The options of a command, as `node:util` takes them. */
export type FlagSpecs = NonNullable<ParseArgsConfig['options']>

/** The given flags by name. */
export interface Flags {
  text(name: string): string | undefined
  /** As on or off; `otherwise` where it is not given. */
  isOn(name: string, otherwise?: boolean): boolean
}

/**
 * Reads the words after a command's name. As with Go's flags `--ha=false` turns one off, and `--ha false` is
 * an argument. Raises FlyctlError in the words of flyctl's own parser (pflag).
 */
export function parseWords(words: readonly string[], options: FlagSpecs) {
  const args = [...words]
  const how = { strict: false, allowPositionals: true, tokens: true } as const
  const { tokens, positionals } = parseArgs({ args, options, ...how })
  const given = new Map<string, string>()
  for (const token of tokens)
    if (token.kind === 'option')
      given.set(token.name, readValue(options[token.name], token.rawName, token.value))
  const flags: Flags = {
    text: (name) => given.get(name),
    isOn: (name, otherwise = false) => (given.get(name) ?? String(otherwise)) === 'true',
  }
  return { flags, args: positionals }
}

function readValue(spec: FlagSpecs[string] | undefined, name: string, value: string | undefined) {
  if (spec === undefined) {
    const isShort = !name.startsWith('--')
    throw new FlyctlError(`unknown ${isShort ? 'shorthand ' : ''}flag: ${name}`)
  }
  if (value === undefined && spec.type === 'boolean') return 'true'
  if (value === undefined) throw new FlyctlError(`flag needs an argument: ${name}`)
  if (spec.type === 'string' || value === 'true' || value === 'false') return value
  throw new FlyctlError(`invalid argument "${value}" for "${name}" flag: invalid syntax`)
}

/** Several of one type, none with a short name. */
export function flagsOf(type: 'boolean' | 'string', ...names: readonly string[]): FlagSpecs {
  return Object.fromEntries(names.map((name) => [name, { type }]))
}

export const appFlag = { app: { type: 'string', short: 'a' } } satisfies FlagSpecs
/** Accepted, and needless: tables are for people, and flyctl's own. */
export const jsonFlag = { json: { type: 'boolean', short: 'j' } } satisfies FlagSpecs
export const configFlag = { config: { type: 'string', short: 'c' } } satisfies FlagSpecs
export const yesFlag = { yes: { type: 'boolean', short: 'y' } } satisfies FlagSpecs
export const orgFlag = { org: { type: 'string', short: 'o' } } satisfies FlagSpecs

/** Raises FlyctlError without `--app`. */
export function requireApp(flags: Flags): string {
  const app = flags.text('app')
  if (app) return app
  throw new FlyctlError(
    'the config for your app is missing an app name, specify it with the -a flag',
  )
}
