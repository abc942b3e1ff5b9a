import type { Entry } from './diagnosis.js'

/** The hosts that a deploy talks to; lookups of registry.fly.io and Docker Hub are push_dns and base_image_network. */
const hosts = [
  { key: 'fly_api', name: 'api.fly.io', stage: 'any', what: 'Fly’s API' },
  { key: 'machines_api', name: 'api.machines.dev', stage: 'deploy', what: 'Fly’s Machines API' },
  { key: 'registry', name: 'registry.fly.io', stage: 'push', what: 'Fly’s registry' },
  { key: 'docker_hub', name: 'docker.io', stage: 'build', what: 'Docker Hub' },
] as const

type KnownHost = (typeof hosts)[number]

/** Texts of Go's crypto/tls, crypto/x509 and net packages. */
const tlsText = '(?:x509: |tls: |TLS handshake timeout)'
const dnsText = '(?:no such host|server misbehaving|i/o timeout|failure in name resolution)'

export const networkEntries: readonly Entry[] = [
  ...hosts.map(tlsFailure),
  ...hosts.filter(({ key }) => key === 'fly_api' || key === 'machines_api').map(dnsFailure),
  {
    id: 'fly_api_unreachable',
    stage: 'any',
    pattern:
      /(?:Post|Get) "[^"\n]{1,300}(?:\/graphql|\/v1\/apps[^"\n]{0,200})": dial tcp [^\n]{0,200}(?:connection refused|i\/o timeout|network is unreachable|no route to host)/,
    cause:
      'flyctl could not connect to Fly’s API: no network, a proxy, or another address set for it.',
    remedy:
      'Check the network, HTTPS_PROXY, FLY_API_BASE_URL and FLY_FLAPS_BASE_URL; then make the call again.',
    retry: 'once',
    who: 'ask',
  },
  {
    id: 'fly_api_cut',
    stage: 'any',
    pattern:
      /(?:Post|Get|Put|Patch|Delete) "[^"\n]{1,300}(?:\/graphql|\/v1\/[^"\n]{0,200})": (?:unexpected )?(?:EOF|http: server closed idle connection|(?:read|readfrom|write) tcp [^\n]{0,200}(?:connection reset by peer|broken pipe|use of closed network connection))/,
    cause: 'The connection to Fly’s API was cut before the answer came.',
    remedy: 'See with list_releases what was done, then make the call again.',
    retry: 'once',
    who: 'tool',
  },
  {
    id: 'fly_api_5xx',
    stage: 'any',
    pattern: /server returned a non-200 status code: 5\d\d/,
    cause: 'Fly’s API answered with an error of its own.',
    remedy:
      'Look at https://status.flyio.net, see with list_releases what was done, and make the call again after some seconds.',
    retry: 'after_wait',
    who: 'tool',
  },
]

function tlsFailure({ key, name, stage, what }: KnownHost): Entry {
  return {
    id: `tls_${key}`,
    stage,
    pattern: new RegExp(`${escaped(name)}[^\\n]{0,300}${tlsText}`),
    cause: `No trusted TLS connection to ${what} (${name}) comes about: a proxy that opens traffic, a missing root certificate or a wrong clock.`,
    remedy: `A person checks the clock, installs the certificate of the proxy that stands between, or lets ${name} pass it; never switch the check off.`,
    retry: 'once',
    who: 'human',
  }
}

function dnsFailure({ key, name, stage, what }: KnownHost): Entry {
  return {
    id: `dns_${key}`,
    stage,
    pattern: new RegExp(`lookup ${escaped(name)}\\b[^\\n]{0,200}${dnsText}`),
    cause: `The name of ${what} (${name}) could not be looked up.`,
    remedy: `Try again after some seconds; then check DNS: \`nslookup ${name}\` must answer.`,
    retry: 'yes',
    who: 'tool',
  }
}

function escaped(name: string): string {
  return name.replaceAll('.', '\\.')
}
