/** A web app with a check; `more` goes below [http_service]. */
export function web(app: string, more = ''): string {
  return `app = '${app}'
primary_region = 'ewr'
[http_service]
  internal_port = 8080
  force_https = true
  auto_stop_machines = 'stop'
  auto_start_machines = true
  min_machines_running = 0
${more}  [[http_service.checks]]
    path = '/info'
    interval = '2s'
    timeout = '2s'
    grace_period = '2s'
`
}

/** What people write beside the usual: several groups, old spellings, bare numbers. */
export function groups(app: string): string {
  return `app = '${app}'
primary_region = 'ewr'
kill_signal = 'SIGTERM'
kill_timeout = 7
swap_size_mb = 512
[env]
  TEXT = 'x'
  COUNT = 1
  SHARE = 1.5
  ON = true
[processes]
  web = 'httpd -f -p 8080 -h /www'
  worker = "sh -c 'while true; do sleep 1; done'"
[[services]]
  internal_port = '8080'
  protocol = 'tcp'
  processes = ['web']
  auto_stop_machines = 'suspend'
  [services.concurrency]
    type = 'requests'
    soft_limit = 20
    hard_limit = 25
  [[services.ports]]
    port = 80
    handlers = ['http']
  [[services.ports]]
    port = 443
    handlers = ['http', 'tls']
  [[services.tcp_checks]]
    interval = 2000
    timeout = '2s'
  [[services.http_checks]]
    interval = '2s'
    timeout = '2s'
    path = '/info'
    [services.http_checks.headers]
      X-A = 'b'
[checks.alive]
  type = 'http'
  method = 'get'
  path = '/info'
  port = 8080
  interval = '2s'
  timeout = '2s'
  processes = ['web']
[[vm]]
  size = 'shared-cpu-2x'
  processes = ['web']
[[vm]]
  memory = 300
[[restart]]
  policy = 'on-failure'
  retries = 3
  processes = ['worker']
`
}

const everywhere = {
  env: { TEXT: 'x', COUNT: '1', SHARE: '1.5', ON: 'true', PRIMARY_REGION: 'ewr' },
  stop_config: { signal: 'SIGTERM', timeout: '7s' },
}

/** What the Machines API is sent for `groups`; durations are the sandbox's to read. */
export const groupConfigs = {
  web: {
    ...everywhere,
    env: { ...everywhere.env, FLY_PROCESS_GROUP: 'web' },
    init: { cmd: ['httpd', '-f', '-p', '8080', '-h', '/www'], swap_size_mb: 512 },
    guest: { cpu_kind: 'shared', cpus: 2, memory_mb: 512 },
    metadata: { fly_platform_version: 'v2', fly_process_group: 'web' },
    services: [
      {
        protocol: 'tcp',
        internal_port: 8080,
        autostop: 'suspend',
        concurrency: { type: 'requests', soft_limit: 20, hard_limit: 25 },
        ports: [
          { port: 80, handlers: ['http'] },
          { port: 443, handlers: ['http', 'tls'] },
        ],
        checks: [
          { type: 'tcp', interval: '2s', timeout: '2s' },
          {
            type: 'http',
            interval: '2s',
            timeout: '2s',
            path: '/info',
            headers: [{ name: 'X-A', values: ['b'] }],
          },
        ],
      },
    ],
    checks: {
      alive: {
        type: 'http',
        method: 'GET',
        path: '/info',
        port: 8080,
        interval: '2s',
        timeout: '2s',
      },
    },
  },
  worker: {
    ...everywhere,
    env: { ...everywhere.env, FLY_PROCESS_GROUP: 'worker' },
    init: { cmd: ['sh', '-c', 'while true; do sleep 1; done'], swap_size_mb: 512 },
    guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 300 },
    metadata: { fly_platform_version: 'v2', fly_process_group: 'worker' },
    restart: { policy: 'on-failure', max_retries: 3 },
  },
}
