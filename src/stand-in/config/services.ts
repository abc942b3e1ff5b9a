import type { AppConfig, HttpCheck, HttpService, Service, TopLevelCheck } from './shape.js'

/** [http_service] as a service on ports 80 and 443, and the [[services]]. */
export function allServices({ http_service: http, services = [] }: AppConfig): readonly Service[] {
  return http === undefined ? services : [fromHttpService(http), ...services]
}

function fromHttpService(http: HttpService): Service {
  const { force_https, tls_options, http_options, checks, ...shared } = http
  return {
    ...shared,
    protocol: 'tcp',
    http_checks: checks,
    ports: [
      { port: 80, handlers: ['http'], force_https, http_options },
      { port: 443, handlers: ['http', 'tls'], http_options, tls_options },
    ],
  }
}

/** As the Machines API takes a service. */
export function toMachineService(service: Service) {
  const { protocol, internal_port, ports, concurrency, min_machines_running } = service
  const { tcp_checks = [], http_checks = [], auto_stop_machines: autostop } = service
  return {
    protocol,
    internal_port,
    // For older readers, flyctl still writes "off" and "stop" as booleans.
    autostop: autostop === 'suspend' ? autostop : autostop && autostop === 'stop',
    autostart: service.auto_start_machines,
    min_machines_running,
    ports,
    checks: [
      ...tcp_checks.map((check) => ({ ...check, type: 'tcp' })),
      ...http_checks.map((check) => ({ ...withHeaders(check), type: 'http' })),
    ],
    concurrency,
  }
}

/** As the Machines API takes one of [checks], which without a port has the web service's. Raises an error without both. */
export function toMachineCheck(check: TopLevelCheck, http: HttpService | undefined) {
  const { processes: _, method, port = http?.internal_port, ...rest } = withHeaders(check)
  if (port === undefined)
    throw new Error('A check has no port, and no http_service to take it from')
  return { ...rest, port, method: method?.toUpperCase() }
}

function withHeaders<Check extends HttpCheck>({ headers = {}, ...check }: Check) {
  const list = Object.entries(headers).map(([name, value]) => ({ name, values: [value] }))
  return { ...check, headers: list }
}
