import { durationMs } from '../../durations.js'
import type { MachineCheck, MachineConfig } from '../platform/machine-config.js'

export interface HealthCheck {
  readonly name: string
  readonly kind: 'http' | 'tcp'
  readonly port: number
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly graceMs: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** All checks of a machine under the names that Fly gives them. */
export function healthChecks(config: MachineConfig): readonly HealthCheck[] {
  const ofServices = (config.services ?? []).flatMap((service) =>
    (service.checks ?? []).map((check) => ({ check, port: check.port ?? service.internal_port })),
  )
  const named = ofServices.map(({ check, port }, index) => {
    const number = String(index).padStart(2, '0')
    return healthCheck(`servicecheck-${number}-${check.type ?? 'tcp'}-${port}`, check, port)
  })
  const topLevel = Object.entries(config.checks ?? {}).map(([name, check]) =>
    healthCheck(name, check, check.port ?? 8080),
  )
  return [...named, ...topLevel]
}

function healthCheck(name: string, check: MachineCheck, port: number): HealthCheck {
  const headers = (check.headers ?? []).map((header) => [
    header.name,
    (header.values ?? []).join(', '),
  ])
  return {
    name,
    kind: check.type === 'http' ? 'http' : 'tcp',
    port,
    intervalMs: durationMs(check.interval ?? '') ?? 15_000,
    timeoutMs: durationMs(check.timeout ?? '') ?? 10_000,
    graceMs: durationMs(check.grace_period ?? '') ?? 0,
    method: (check.method ?? 'GET').toUpperCase(),
    path: check.path ?? '/',
    headers: Object.fromEntries(headers),
  }
}
