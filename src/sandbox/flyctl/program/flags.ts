import type { FlagSpec } from './command.js'

/** The given flags by name. */
export interface Flags {
  text(name: string): string
  /** As on or off; the default where it is not given. */
  isOn(name: string): boolean
  all(name: string): readonly string[]
  isGiven(name: string): boolean
}

export const appFlag: FlagSpec = {
  name: 'app',
  short: 'a',
  type: 'string',
  about: 'Application name',
}
export const configFlag: FlagSpec = {
  name: 'config',
  short: 'c',
  type: 'string',
  about: 'Path to application configuration file',
}
export const jsonFlag: FlagSpec = { name: 'json', short: 'j', type: 'bool', about: 'JSON output' }
export const yesFlag: FlagSpec = {
  name: 'yes',
  short: 'y',
  type: 'bool',
  about: 'Accept all confirmations',
}
export const orgFlag: FlagSpec = {
  name: 'org',
  short: 'o',
  type: 'string',
  about: 'The target Fly.io organization',
}
