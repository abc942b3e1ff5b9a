import { FlyopsError } from '../errors.js'
import { filled } from './values.js'

type Environment = Readonly<Record<string, string | undefined>>

/** What is told to a collector. */
export type Signal = 'TRACES' | 'METRICS'

/** Whether the variables of OpenTelemetry ask for it. Raises `invalid_input` for an address that is none. */
export function wantsSignal(signal: Signal, env: Environment): boolean {
  if (/^true$/i.test(env.OTEL_SDK_DISABLED ?? '')) return false
  const exporter = filled(env[`OTEL_${signal}_EXPORTER`])
  if (exporter !== undefined && exporter !== 'otlp') return false
  const endpoints = [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT']
  const named = endpoints.filter((name) => filled(env[name]) !== undefined)
  // It is not shown: some addresses are secrets.
  const wrong = named.find(
    (name) => !/^https?:/.test(env[name] ?? '') || !URL.canParse(env[name] ?? ''),
  )
  if (wrong !== undefined)
    throw new FlyopsError('invalid_input', 'settings', `${wrong} is no address.`, {
      remedy: 'Set it to one that begins with https://, or http://.',
    })
  return named.length > 0 || exporter === 'otlp'
}

/** Shorter ones are names of tenants and environments: to hide those would hide ordinary text. */
const leastChars = 16

/** The values of the headers that logins are sent in, as they are written and as they are sent. */
export function otelSecrets(env: Environment): readonly string[] {
  return ['', 'TRACES_', 'METRICS_']
    .map((signal) => env[`OTEL_EXPORTER_OTLP_${signal}HEADERS`])
    .flatMap((headers) => headers?.split(',') ?? [])
    .map((header) => header.slice(header.indexOf('=') + 1).trim())
    .flatMap((value) => [value, decoded(value)])
    .filter((value) => value.length >= leastChars)
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
