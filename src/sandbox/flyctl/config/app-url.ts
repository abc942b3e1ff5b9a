import type { AppConfig } from '../shapes/app-config.js'

/** The address that flyctl shows at the end; undefined where nothing answers HTTP. */
export function appUrl({ app = '', http_service, services = [] }: AppConfig): string | undefined {
  const host = `${app}.fly.dev`
  if ((http_service?.internal_port ?? 0) > 0) return `https://${host}/`
  const ports = services
    .flatMap((service) => service.ports ?? [])
    .filter(({ handlers = [] }) => handlers.includes('http'))
  const numbers = (tls: boolean) =>
    ports
      .filter(({ handlers = [] }) => handlers.includes('tls') === tls)
      .flatMap(({ port }) => (port === undefined ? [] : [port]))
      .sort((a, b) => a - b)
  const [https, http] = [numbers(true), numbers(false)]
  if (https.includes(443)) return `https://${host}/`
  if (http.includes(80)) return `http://${host}/`
  if (https[0] !== undefined) return `https://${host}:${https[0]}/`
  return http[0] === undefined ? undefined : `http://${host}:${http[0]}/`
}
