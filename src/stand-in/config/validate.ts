import { durationMs } from '../../durations.js'
import { groupNames } from './groups.js'
import type { LoadedConfig } from './load.js'
import { restartPolicies } from './machine-config.js'
import { allServices } from './services.js'
import type { AppConfig, Grouped } from './shape.js'

/** What people get wrong most, as a report in flyctl's words (flyctl 2026.8, internal/appconfig/validation.go). */
export function validate({ path, config, wrongType }: LoadedConfig) {
  const problems = [
    ...strategyProblems(config),
    ...checkProblems(config),
    ...serviceProblems(config),
    ...restartProblems(config),
  ]
  const isValid = wrongType === undefined && problems.length === 0
  const verdict = isValid
    ? '✓ Configuration is valid'
    : `\n   ✘${wrongType ?? 'invalid app configuration'}`
  return { isValid, report: `${[`Validating ${path}`, ...problems, verdict].join('\n')}\n` }
}

const strategies = ['canary', 'rolling', 'immediate', 'bluegreen']

function* strategyProblems({ deploy: { strategy = 'rolling' } = {} }: AppConfig) {
  if (!strategies.includes(strategy))
    yield `unsupported deployment strategy '${strategy}'; Apps v2 supports the following strategies: ${strategies.join(', ')}`
}

function* checkProblems({ checks = {} }: AppConfig) {
  for (const [name, { type = '', interval, timeout }] of Object.entries(checks)) {
    if (!['http', 'tcp'].includes(type))
      yield `Can't process top level check '${name}': Missing or invalid check type, must be 'http' or 'tcp'`
    if ((durationMs(interval ?? '') ?? 2_000) < 2_000)
      yield `Check '${name}' interval is too short: ${interval}, minimum is 2 seconds`
    if ((durationMs(timeout ?? '') ?? 0) > 60_000)
      yield `Check '${name}' timeout is too long: ${timeout}, maximum is 60 seconds`
  }
}

function* serviceProblems(config: AppConfig) {
  const count = Object.keys(config.processes ?? {}).length
  for (const service of allServices(config)) {
    if (count > 0 && (service.processes ?? []).length === 0)
      yield `Service has no processes set but app has ${count} processes defined; update fly.toml to set processes for each service`
    yield* unknownGroups(config, service, 'Service')
  }
}

function* restartProblems(config: AppConfig) {
  for (const restart of config.restart ?? []) {
    yield* unknownGroups(config, restart, 'Restart policy')
    if (restartPolicies[restart.policy ?? ''] === undefined)
      yield `invalid restart policy: ${restart.policy}`
  }
}

function* unknownGroups(config: AppConfig, { processes = [] }: Grouped, owner: string) {
  for (const name of processes)
    if (!groupNames(config).includes(name))
      yield `${owner} specifies '${name}' as one of its processes, but no processes are defined with that name`
}
