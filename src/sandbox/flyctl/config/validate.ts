import { formatDuration } from '../go/duration.js'
import { green, red, yellow } from '../program/colours.js'
import { messageOf } from '../program/failure.js'
import type { AppConfig, HttpCheck, Service, TcpCheck } from '../shapes/app-config.js'
import { type Finding, fatal } from './finding.js'
import { groupNames } from './groups.js'
import type { LoadedConfig } from './load.js'
import { restartPolicy } from './machine-config.js'
import { allServices, toMachineCheck } from './services.js'
import { splitWords } from './shell-words.js'
import { validateMounts } from './validate-mounts.js'

/** What flyctl's own check of a configuration says (flyctl 2026.8, internal/appconfig/validation.go). */
export interface Validation {
  readonly isValid: boolean
  /** For standard output. */
  readonly report: string
}

const strategies = ['canary', 'rolling', 'immediate', 'bluegreen']
const secondNs = 1e9

export function validate({ path, config, invalid }: LoadedConfig): Validation {
  const findings = [
    ...validateDeploy(config),
    ...validateChecks(config),
    ...allServices(config).flatMap((service) => validateService(config, service)),
    ...validateProcesses(config),
    ...validateMounts(config),
    ...validateRestart(config),
  ]
  const isValid = invalid === undefined && !findings.some(({ fatal }) => fatal)
  const verdict = isValid
    ? `${green('✓')} Configuration is valid\n`
    : `\n   ${red('✘')}${invalid ?? 'invalid app configuration'}\n`
  const said = findings.map(({ text }) => text).join('')
  return { isValid, report: `Validating ${path}\n${said}${verdict}` }
}

function validateDeploy({ deploy = {}, mounts = [] }: AppConfig): readonly Finding[] {
  const { strategy, release_command: command = '' } = deploy
  const findings: Finding[] = []
  if (wordsError(command) !== undefined)
    findings.push(fatal(`Can't shell split release command: '${command}'\n`))
  if (strategy && !strategies.includes(strategy))
    findings.push(
      fatal(
        `unsupported deployment strategy '${strategy}'; Apps v2 supports the following strategies: ${strategies.join(', ')}`,
      ),
    )
  if (strategy === 'canary' && mounts.length > 0)
    findings.push(
      fatal('error canary deployment strategy is not supported when using mounted volumes'),
    )
  return findings
}

function validateChecks({ checks = {} }: AppConfig): readonly Finding[] {
  return Object.entries(checks).flatMap(([name, check]) => {
    const { interval, timeout } = check
    const findings: Finding[] = []
    const problem = errorOf(() => toMachineCheck(check))
    if (problem !== undefined)
      findings.push(fatal(`Can't process top level check '${name}': ${problem}\n`))
    if (interval !== undefined && interval < 2 * secondNs)
      findings.push(
        fatal(
          `Check '${name}' interval is too short: ${formatDuration(interval)}, minimum is 2 seconds\n`,
        ),
      )
    if (timeout !== undefined && timeout > 60 * secondNs)
      findings.push(
        fatal(
          `Check '${name}' timeout is too long: ${formatDuration(timeout)}, maximum is 60 seconds\n`,
        ),
      )
    return findings
  })
}

function validateService(config: AppConfig, service: Service): readonly Finding[] {
  const { ports = [], tcp_checks = [], http_checks = [] } = service
  const portless =
    'WARNING: Service must expose at least one port. Add a [[services.ports]] section to fly.toml; Check docs at https://fly.io/docs/reference/configuration/#services-ports \n Validation for _services without ports_ will hard fail after February 15, 2024.'
  return [
    ...validateServiceGroups(config, service),
    ...(ports.length === 0 ? [{ text: portless, fatal: false }] : []),
    ...tcp_checks.flatMap((check) => validateTimes(check, 'TCP')),
    ...http_checks.flatMap((check) => validateTimes(check, 'HTTP')),
  ]
}

function validateServiceGroups(config: AppConfig, { processes = [] }: Service): readonly Finding[] {
  const count = Object.keys(config.processes ?? {}).length
  if (processes.length === 0 && count > 0)
    return [
      fatal(
        `Service has no processes set but app has ${count} processes defined; update fly.toml to set processes for each service\n`,
      ),
    ]
  const groups = groupNames(config)
  return processes
    .filter((name) => !groups.includes(name))
    .map((name) => fatal(unknownGroup('Service', 'service', name)))
}

function unknownGroup(subject: string, owner: string, name: string): string {
  return `${subject} specifies '${name}' as one of its processes, but no processes are defined with that name; update fly.toml [processes] to add '${name}' process or remove it from ${owner}'s processes list\n`
}

function validateTimes(check: TcpCheck | HttpCheck, protocol: string): readonly Finding[] {
  const said = [
    validateTime(check.interval, 'an interval', false),
    validateTime(check.timeout, 'a timeout', false),
    validateTime(check.grace_period, 'a grace period', true),
  ]
  return said
    .filter((text) => text !== '')
    .map((text) => ({
      text: `${yellow('WARN')} Service ${protocol} check has ${text}\n`,
      fatal: false,
    }))
}

function validateTime(ns: number | undefined, name: string, mayBeZero: boolean): string {
  if (ns === undefined) return ''
  const shown = formatDuration(ns)
  if (mayBeZero && ns !== 0 && ns < secondNs)
    return `${name} that is non-zero and less than 1 second (${shown}); this will be raised to 1 second`
  if (!mayBeZero && ns < secondNs)
    return `${name} less than 1 second (${shown}); this will be raised to 1 second`
  if (ns > 60 * secondNs)
    return `${name} greater than 1 minute (${shown}); this will be lowered to 1 minute`
  return ''
}

function validateProcesses({ processes = {}, console_command = '' }: AppConfig): Finding[] {
  const findings = Object.entries(processes).flatMap(([name, command]) => {
    const problem = wordsError(command)
    return problem === undefined
      ? []
      : [
          fatal(
            `Could not parse command for '${name}' process group; check [processes] section: ${problem}\n`,
          ),
        ]
  })
  if (wordsError(console_command) !== undefined)
    findings.push(fatal(`Can't shell split console command: '${console_command}'\n`))
  return findings
}

function validateRestart(config: AppConfig): readonly Finding[] {
  const groups = groupNames(config)
  return (config.restart ?? []).flatMap(({ processes = [], policy = '' }) => {
    const problem = errorOf(() => restartPolicy(policy))
    const strangers = processes.filter((name) => !groups.includes(name))
    return [
      ...strangers.map((name) => fatal(unknownGroup('Restart policy', 'restart policy', name))),
      ...(problem === undefined ? [] : [fatal(`${problem}\n`)]),
    ]
  })
}

function wordsError(command: string): string | undefined {
  return errorOf(() => splitWords(command))
}

function errorOf(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
