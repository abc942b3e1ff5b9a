import { homedir } from 'node:os'
import { join, parse, resolve } from 'node:path'
import { FlyopsError } from './errors.js'
import type { LogLevel } from './log.js'
import { durationMs } from './policy/durations.js'
import type { ProgramSearch } from './process/programs.js'

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

export type Environment = Readonly<Record<string, string | undefined>>

/** What flags and environment say, checked once at the start. */
export interface Settings {
  /** Absolute project folder; undefined where it would be the file system's root. */
  readonly root: string | undefined
  readonly registryHost: string
  /** Organization slug for new apps. */
  readonly org: string | undefined
  /** How long a running deploy is left alone when flyops must end, milliseconds. */
  readonly deployGraceMs: number
  readonly logLevel: LogLevel
  /** What children inherit. */
  readonly env: Environment
  /** Values that never leave the process except to children. */
  readonly secrets: readonly string[]
  readonly docker: ProgramSearch
  readonly flyctl: ProgramSearch
}

export interface SettingsSources {
  readonly flags: { readonly root?: string | undefined; readonly logLevel?: string | undefined }
  readonly env: Environment
  readonly cwd: string
}

/** Raises `invalid_input` naming the flag or variable. */
export function loadSettings({ flags, env, cwd }: SettingsSources): Settings {
  const home = filled(env.HOME) ?? homedir()
  // Children start in other folders: a relative path must not change its meaning there.
  const program = (path: string | undefined) =>
    filled(path) === undefined ? undefined : resolve(cwd, path ?? '')
  const installed = ['/usr/local/bin', '/opt/homebrew/bin']
  return {
    root: projectFolder(filled(flags.root) ?? filled(env.FLYOPS_ROOT) ?? cwd, cwd),
    registryHost: registryHost(filled(env.FLY_REGISTRY_HOST) ?? 'registry.fly.io'),
    org: filled(env.FLYOPS_ORG),
    deployGraceMs: duration('FLYOPS_DEPLOY_GRACE', filled(env.FLYOPS_DEPLOY_GRACE) ?? '60s'),
    logLevel: logLevel(flags.logLevel ?? filled(env.FLYOPS_LOG_LEVEL) ?? 'info'),
    env,
    secrets: [env.FLY_API_TOKEN, env.FLY_ACCESS_TOKEN, env.FLYOPS_HTTP_TOKEN].flatMap(
      (secret) => filled(secret) ?? [],
    ),
    docker: {
      names: ['docker'],
      override: program(env.FLYOPS_DOCKER),
      path: env.PATH,
      folders: installed,
    },
    flyctl: {
      names: ['flyctl', 'fly'],
      override: program(env.FLYOPS_FLYCTL),
      path: env.PATH,
      folders: [join(home, '.fly', 'bin'), ...installed],
    },
  }
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value
}

/** Desktop clients start servers in `/`: that is never a project. */
function projectFolder(folder: string, cwd: string): string | undefined {
  const absolute = resolve(cwd, folder)
  return absolute === parse(absolute).root ? undefined : absolute
}

function registryHost(host: string): string {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/.test(host)) return host
  throw invalid('FLY_REGISTRY_HOST', host, 'a host name, with a port where needed')
}

function logLevel(level: string): LogLevel {
  const known = logLevels.find((candidate) => candidate === level)
  if (known !== undefined) return known
  throw invalid('--log-level', level, `one of ${logLevels.join(', ')}`)
}

/** Bare numbers are seconds, as people write them. */
function duration(name: string, text: string): number {
  const ms = durationMs(/^\d+$/.test(text) ? `${text}s` : text)
  if (ms !== undefined) return ms
  throw invalid(name, text, 'a duration such as 60s or 5m')
}

function invalid(name: string, value: string, wanted: string): FlyopsError {
  return new FlyopsError('invalid_input', 'settings', `${name} is "${value}".`, {
    remedy: `Set ${name} to ${wanted}.`,
  })
}
