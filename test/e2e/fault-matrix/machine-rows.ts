import { expect } from 'vitest'
import { checksWait } from '../checks-wait.js'
import { removeApp } from '../remove-app.js'
import { calls, type Row } from './row.js'

const crashing = {
  Dockerfile: `FROM busybox
CMD ["sh", "-c", "echo 'DATABASE_URL is not set' >&2; exit 1"]
`,
}

/** Takes all the memory that there is. */
const hungry = { Dockerfile: 'FROM busybox\nCMD ["tail", "/dev/zero"]\n' }

/** Answers each request after twenty seconds. */
const sluggish = {
  Dockerfile: `FROM busybox
COPY www /www
RUN printf '#!/bin/sh\\nsleep 20\\nprintf "\\\\r\\\\nOk"\\n' >/www/cgi-bin/index.cgi
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]
`,
}

const hostIsGone = expect.stringMatching(/^The host of machine \w+ is unreachable/)

export const machineRows: readonly Row[] = [
  {
    name: 'the app ends at once, again and again',
    start: { progress: 'pushed', files: crashing },
    call: calls.deploy({ wait_timeout: '10s' }),
    expected: {
      code: 'unhealthy',
      diagnosis: 'missing_variable',
      next: [calls.releases, calls.health],
      text: /DATABASE_URL is not set/,
    },
    leavesToml: false,
    afterwards: (_client, { app }) => removeApp(app),
    alsoReal: true,
  },
  {
    name: 'the app takes more memory than its machine has',
    start: { progress: 'pushed', files: hungry },
    call: calls.deploy({ wait_timeout: '10s', memory: '256mb' }),
    expected: {
      code: 'unhealthy',
      diagnosis: 'oom_killed',
      next: [calls.releases, calls.health],
    },
    leavesToml: false,
    afterwards: (_client, { app }) => removeApp(app),
    alsoReal: true,
  },
  {
    name: 'the path of the check is not there',
    start: { progress: 'pushed', own: 'app' },
    call: calls.deploy({ health_path: '/nowhere', wait_timeout: checksWait }),
    expected: {
      code: 'unhealthy',
      diagnosis: 'health_timeout',
      next: [calls.releases, calls.health],
      text: /404/,
    },
    leavesToml: false,
  },
  {
    name: 'the path of the check redirects',
    start: { progress: 'pushed', own: 'app' },
    call: calls.deploy({ health_path: '/static', wait_timeout: checksWait }),
    expected: {
      code: 'unhealthy',
      diagnosis: 'check_redirect',
      next: [
        calls.deploy({ health_path: '/static/', wait_timeout: checksWait }),
        calls.releases,
        calls.health,
      ],
      leadsTo: { verdict: 'healthy' },
    },
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: 'the check answers later than it may',
    start: { progress: 'pushed', files: sluggish },
    call: calls.deploy({
      health_path: '/cgi-bin/index.cgi',
      timeout: '1s',
      wait_timeout: checksWait,
    }),
    expected: {
      code: 'unhealthy',
      diagnosis: 'health_timeout',
      next: [
        calls.deploy({
          health_path: '/cgi-bin/index.cgi',
          timeout: '30s',
          wait_timeout: '5m',
        }),
        calls.releases,
        calls.health,
      ],
    },
    leavesToml: false,
  },
  {
    name: 'the app listens on another port',
    start: { progress: 'pushed', own: 'app' },
    call: calls.deploy({ internal_port: 9090, wait_timeout: checksWait }),
    expected: {
      code: 'unhealthy',
      diagnosis: 'not_listening',
      next: [
        calls.deploy({ internal_port: 8080, wait_timeout: checksWait }),
        calls.releases,
        calls.health,
      ],
      leadsTo: { verdict: 'healthy' },
    },
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: 'the app listens late, but within its grace period: no failure',
    start: { progress: 'pushed', own: 'app' },
    faults: ({ app }) => [`machine slow-start --seconds 5 --app ${app}`],
    call: calls.deploy({ grace_period: '30s' }),
    expected: { result: { verdict: 'healthy' } },
    leavesToml: true,
    alsoReal: true,
  },
  {
    name: 'the host of the machine is gone when its health is checked: a verdict',
    start: { progress: 'deployed', own: 'app' },
    faults: ({ app }) => [`machine unreachable --app ${app}`],
    call: ({ app }) => ({ tool: 'check_health', arguments: { app, timeout: '5s' } }),
    expected: {
      result: { verdict: 'unhealthy', reasons: expect.arrayContaining([hostIsGone]) },
    },
    leavesToml: true,
  },
]
