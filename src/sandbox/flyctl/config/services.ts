import type {
  AppConfig,
  HttpCheck,
  HttpService,
  Service,
  TcpCheck,
  ToplevelCheck,
} from '../shapes/app-config.js'
import type { MachineCheck, MachineService } from '../shapes/machine.js'

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
export function toMachineService(service: Service): MachineService {
  const { tcp_checks = [], http_checks = [] } = service
  return {
    protocol: service.protocol,
    internal_port: service.internal_port,
    autostop: service.auto_stop_machines,
    autostart: service.auto_start_machines,
    min_machines_running: service.min_machines_running,
    ports: service.ports,
    checks: [...tcp_checks.map(fromTcpCheck), ...http_checks.map(fromHttpCheck)],
    concurrency: service.concurrency,
  }
}

function fromTcpCheck({ interval, timeout, grace_period }: TcpCheck): MachineCheck {
  return { type: 'tcp', interval, timeout, grace_period }
}

function fromHttpCheck({ headers, ...check }: HttpCheck): MachineCheck {
  return { ...check, type: 'http', headers: toHeaders(headers) }
}

/** As the Machines API takes one of [checks]. Raises an error without a known type. */
export function toMachineCheck(check: ToplevelCheck): MachineCheck {
  const { headers, processes: _, method, type, ...rest } = check
  if (type !== 'http' && type !== 'tcp')
    throw new Error("Missing or invalid check type, must be 'http' or 'tcp'")
  return { ...rest, type, method: method?.toUpperCase(), headers: toHeaders(headers) }
}

function toHeaders(headers: Readonly<Record<string, string>> = {}) {
  return Object.entries(headers).map(([name, value]) => ({ name, values: [value] }))
}
