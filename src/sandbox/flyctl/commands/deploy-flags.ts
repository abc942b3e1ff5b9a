import { parseDuration } from '../go/duration.js'
import type { FlagSpec } from '../program/command.js'
import { FlyctlError } from '../program/failure.js'
import { appFlag, configFlag, type Flags, yesFlag } from '../program/flags.js'

const bool = (name: string, about: string, otherwise = false): FlagSpec => ({
  name,
  about,
  otherwise,
  type: 'bool',
})

export const deployFlags: readonly FlagSpec[] = [
  appFlag,
  configFlag,
  yesFlag,
  { name: 'image', short: 'i', type: 'string', about: 'The Docker image to deploy' },
  { name: 'env', short: 'e', type: 'repeated', about: 'Environment variables as NAME=VALUE' },
  { name: 'strategy', type: 'string', about: 'The strategy for replacing running instances' },
  { name: 'primary-region', type: 'string', about: 'Override primary region in fly.toml' },
  { name: 'wait-timeout', type: 'string', about: 'Time to wait for each machine (default 5m0s)' },
  { name: 'deploy-retries', type: 'string', about: 'Only 0 here' },
  { name: 'depot', type: 'string', bare: 'true', about: 'Deploy using the depot builder' },
  bool('remote-only', 'Perform builds on a remote builder instance'),
  bool('https-failover', 'Look for the image a second time', true),
  bool('dns-checks', 'Perform DNS checks during deployment', true),
  bool('ha', 'Create spare machines that increase app availability', true),
  bool('now', 'Deploy now without confirmation'),
]

/** Nanoseconds of a time flag; undefined where it is not given. Raises FlyctlError. */
export function durationFlag(flags: Flags, name: string): number | undefined {
  const text = flags.text(name)
  if (!flags.isGiven(name)) return undefined
  if (text === 'none') return 0
  try {
    return /^\d+$/.test(text) ? Number(text) * 1e9 : parseDuration(text)
  } catch {
    throw new FlyctlError(
      `invalid duration value ${text} used for --${name} flag: valid options are a number of seconds, number with time unit (i.e.: 5m, 180s) or 'none'`,
    )
  }
}

/** Raises FlyctlError unless machines are updated the plain way. */
export function requireNoRetries(flags: Flags): void {
  const retries = flags.text('deploy-retries')
  if (['', '0', 'auto'].includes(retries)) return
  throw new FlyctlError(
    /^\d+$/.test(retries)
      ? 'the stand-in for flyctl knows --deploy-retries 0 only'
      : "--deploy-retries must be set to a positive integer, 0, or 'auto'",
  )
}
