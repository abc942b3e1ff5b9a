import { homedir } from 'node:os'
import { join, parse, resolve } from 'node:path'
import envPaths from 'env-paths'
import { type Policy, readPolicy } from './access/policy.js'
import { type AuditSettings, readAudit } from './audit/audit-settings.js'
import type { Bounds } from './jobs/bounds.js'
import { databaseUrl, secretsOfUrl } from './jobs/database-url.js'
import type { Limits } from './jobs/job.js'
import type { LogLevel } from './log.js'
import type { ProgramSearch } from './process/programs.js'
import { otelSecrets, wantsSignal } from './settings/otel.js'
import { atLeastOne, duration, filled, invalid, isOn, megabytes } from './settings/values.js'

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
  /** How long a call waits for long work, milliseconds. */
  readonly waitMs: number
  readonly limits: Readonly<Record<'build' | 'push' | 'deploy' | 'ship', Limits>>
  /** How much may run at once. */
  readonly atOnce: Readonly<Record<'jobs' | 'calls', Bounds>>
  /** Where commits of other repositories may be fetched from. */
  readonly sources: {
    readonly gitHosts: readonly string[]
    readonly gitToken: string | undefined
    readonly timeoutMs: number
    readonly maxBytes: number
  }
  /** Absolute folder of the journal, the locks and the sandbox. */
  readonly stateDir: string
  readonly logLevel: LogLevel
  readonly policy: Policy
  /** Absolute path of the file with rules, where there is one. */
  readonly policyFile: string | undefined
  /** What children inherit; HOME also where a client keeps it back, for programs find their logins by it. */
  readonly env: Environment
  /** Values that never leave the process except to children. */
  readonly secrets: readonly string[]
  /** Where images are built instead of the Docker engine. */
  readonly buildkit:
    | {
        readonly address: string
        /** Absolute folder with ca.pem, cert.pem and key.pem. */
        readonly certs: string | undefined
      }
    | undefined
  /** Whether Fly's remote builder builds them. */
  readonly buildsAtFly: boolean
  readonly audit: AuditSettings
  /** Whether traces are told; the variables of OpenTelemetry say where. */
  readonly traces: boolean
  /** Whether a server sends its numbers there. */
  readonly sendsMetrics: boolean
  /** Of the PostgreSQL database that several instances share; a secret. */
  readonly databaseUrl: string | undefined
  readonly docker: ProgramSearch
  readonly flyctl: ProgramSearch
}

/** Flags that bound what tools may do. */
export interface PolicyFlags {
  readonly readOnly?: boolean | undefined
  readonly apps?: string | undefined
  readonly tools?: string | undefined
  /** A file with rules. */
  readonly policy?: string | undefined
}

export interface SettingsSources {
  readonly flags: {
    readonly root?: string | undefined
    readonly logLevel?: string | undefined
  } & PolicyFlags
  readonly env: Environment
  readonly cwd: string
}

/** Raises `invalid_input` naming the flag or variable. */
export function loadSettings({ flags, env: given, cwd }: SettingsSources): Settings {
  const home = filled(given.HOME) ?? homedir()
  const env: Environment = { ...given, HOME: home, ...unfilledLogins(given) }
  // Children start in other folders: a relative path must not change its meaning there.
  const program = (path: string | undefined) =>
    filled(path) === undefined ? undefined : resolve(cwd, path ?? '')
  const installed = ['/usr/local/bin', '/opt/homebrew/bin']
  return {
    root: projectFolder(filled(flags.root) ?? filled(env.FLYOPS_ROOT) ?? cwd, cwd),
    registryHost: registryHost(filled(env.FLY_REGISTRY_HOST) ?? 'registry.fly.io'),
    org: filled(env.FLYOPS_ORG),
    deployGraceMs: duration('FLYOPS_DEPLOY_GRACE', filled(env.FLYOPS_DEPLOY_GRACE) ?? '60s'),
    waitMs: duration('FLYOPS_WAIT_SECONDS', filled(env.FLYOPS_WAIT_SECONDS) ?? '45s'),
    limits: allLimits(env),
    atOnce: { jobs: bounds(env, 'JOBS'), calls: bounds(env, 'CALLS') },
    sources: {
      gitHosts: (filled(env.FLYOPS_GIT_HOSTS) ?? 'github.com,gitlab.com')
        .split(',')
        .map((host) => host.trim().toLowerCase()),
      gitToken: filled(env.FLYOPS_GIT_TOKEN),
      timeoutMs: duration('FLYOPS_SOURCE_TIMEOUT', filled(env.FLYOPS_SOURCE_TIMEOUT) ?? '5m'),
      maxBytes: 1e6 * megabytes('FLYOPS_SOURCE_MAX_MB', filled(env.FLYOPS_SOURCE_MAX_MB) ?? '1000'),
    },
    stateDir: program(env.FLYOPS_STATE_DIR) ?? stateHome(env),
    logLevel: logLevel(flags.logLevel ?? filled(env.FLYOPS_LOG_LEVEL) ?? 'info'),
    policy: readPolicy({
      readOnly: flags.readOnly ?? isOn('FLYOPS_READ_ONLY', filled(env.FLYOPS_READ_ONLY) ?? '0'),
      apps: flags.apps ?? filled(env.FLYOPS_APPS),
      tools: flags.tools ?? filled(env.FLYOPS_TOOLS),
    }),
    policyFile: program(flags.policy ?? env.FLYOPS_POLICY),
    env,
    secrets: [
      env.FLY_API_TOKEN,
      env.FLY_ACCESS_TOKEN,
      env.FLYOPS_HTTP_TOKEN,
      env.FLYOPS_GIT_TOKEN,
      env.FLYOPS_AUDIT_TOKEN,
      ...otelSecrets(env),
      ...secretsOfUrl(env.FLYOPS_DATABASE_URL),
    ].flatMap((secret) => filled(secret) ?? []),
    traces: wantsSignal('TRACES', env),
    sendsMetrics: wantsSignal('METRICS', env),
    databaseUrl: databaseUrl(filled(env.FLYOPS_DATABASE_URL)),
    audit: readAudit(filled(env.FLYOPS_AUDIT), filled(env.FLYOPS_AUDIT_TOKEN)),
    buildkit: buildkit(filled(env.FLYOPS_BUILDKIT), program(env.FLYOPS_BUILDKIT_CERTS)),
    buildsAtFly: buildsAtFly(filled(env.FLYOPS_BUILDER), filled(env.FLYOPS_BUILDKIT)),
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

/** A client that could not fill in `${FLY_API_TOKEN}` passes the words on; they are no login. */
function unfilledLogins(env: Environment): Environment {
  const names = ['FLY_API_TOKEN', 'FLY_ACCESS_TOKEN']
  const unfilled = names.filter((name) => /^\$(?:\w+|\{[^}]*\})$/.test(env[name] ?? ''))
  return Object.fromEntries(unfilled.map((name) => [name, undefined]))
}

/** Where the XDG base directory specification puts what should outlive a restart, and its likes elsewhere. */
function stateHome(env: Environment): string {
  const xdg = filled(env.XDG_STATE_HOME)
  return xdg === undefined ? envPaths('flyops', { suffix: '' }).log : join(xdg, 'flyops')
}

function allLimits(env: Environment): Settings['limits'] {
  const build = limits(env, 'BUILD', { timeout: '30m', silence: '10m' })
  const push = limits(env, 'PUSH', { timeout: '15m', silence: '5m' })
  const deploy = limits(env, 'DEPLOY', { timeout: '30m', silence: '10m' })
  const steps = [build, push, deploy]
  const ship = {
    totalMs: steps.reduce((sum, { totalMs }) => sum + totalMs, 0),
    silenceMs: Math.max(...steps.map(({ silenceMs }) => silenceMs)),
  }
  return { build, push, deploy, ship }
}

/** FLYOPS_MAX_JOBS and FLYOPS_MAX_JOBS_PER_CALLER, and the same for calls. */
function bounds(env: Environment, what: string): Bounds {
  const read = (name: string, text: string) => atLeastOne(name, filled(env[name]) ?? text)
  const name = `FLYOPS_MAX_${what}`
  return { all: read(name, '32'), perCaller: read(`${name}_PER_CALLER`, '8') }
}

/** FLYOPS_BUILD_TIMEOUT and FLYOPS_BUILD_SILENCE, and the same for the others. */
function limits(
  env: Environment,
  work: string,
  preset: { readonly timeout: string; readonly silence: string },
): Limits {
  const read = (name: string, text: string) => duration(name, filled(env[name]) ?? text)
  return {
    totalMs: read(`FLYOPS_${work}_TIMEOUT`, preset.timeout),
    silenceMs: read(`FLYOPS_${work}_SILENCE`, preset.silence),
  }
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

/** An address without paths that buildx would read otherwise; certificates are options with commas between them. */
function buildkit(address: string | undefined, certs: string | undefined): Settings['buildkit'] {
  if (address === undefined) return undefined
  if (!/^(?:tcp:\/\/(?:[\w.-]+|\[[\da-f:]+\]):\d{1,5}|unix:\/\/\/[\w./-]+)$/i.test(address))
    throw invalid('FLYOPS_BUILDKIT', address, 'tcp://HOST:PORT or unix:///PATH of a buildkitd')
  if (certs !== undefined && /[",\n]/.test(certs))
    throw invalid('FLYOPS_BUILDKIT_CERTS', certs, 'a folder whose path has no commas or quotes')
  return { address, certs }
}

function buildsAtFly(builder: string | undefined, address: string | undefined): boolean {
  if (builder === undefined || builder === 'docker') return false
  if (builder !== 'fly')
    throw invalid('FLYOPS_BUILDER', builder, 'fly, for Fly.io’s remote builder, or docker')
  if (address === undefined) return true
  throw invalid('FLYOPS_BUILDKIT', address, 'nothing, or unset FLYOPS_BUILDER: one builder builds')
}

function logLevel(level: string): LogLevel {
  const known = logLevels.find((candidate) => candidate === level)
  if (known !== undefined) return known
  throw invalid('--log-level', level, `one of ${logLevels.join(', ')}`)
}
