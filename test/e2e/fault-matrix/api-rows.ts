import { expect } from 'vitest'
import { machinesOf, whenWaited } from './machines-of.js'
import { calls, type Row, type Scene } from './row.js'

/** Takes the leases of all machines for longer than the minute in which flyctl asks for them. */
async function holdLease(scene: Scene) {
  const machines = await machinesOf(scene)
  const endings = await Promise.all(machines.map((machine) => machine.lease(600)))
  return { undo: async () => void (await Promise.all(endings.map((end) => end()))) }
}

export const apiRows: readonly Row[] = [
  // flyctl waits a minute for a lease: the first to begin, so that the others are played meanwhile.
  {
    name: 'somebody holds the lease longer than a deploy waits',
    start: { progress: 'deployed', own: 'app' },
    arrange: holdLease,
    call: calls.deploy(),
    expected: {
      code: 'deploy_failed',
      diagnosis: 'lease_held',
      next: [calls.health, calls.deploy()],
      leadsTo: { verdict: 'healthy', config_path: expect.stringMatching(/^fly-/) },
    },
    leavesToml: true,
  },
  {
    name: '500 when it is read',
    start: { progress: 'pushed' },
    faults: ['api status --status 500'],
    call: calls.releases,
    expected: { code: 'unknown_failure', diagnosis: 'fly_api_5xx', next: [] },
    leavesToml: false,
  },
  {
    name: '502 when it is read',
    start: { progress: 'pushed' },
    faults: ['api status --status 502'],
    call: calls.health,
    expected: { code: 'unknown_failure', diagnosis: 'fly_api_5xx', next: [] },
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: '429 when it is read',
    start: { progress: 'pushed' },
    faults: ['api status --status 429'],
    call: calls.releases,
    expected: { code: 'unknown_failure', diagnosis: 'rate_limit', next: [] },
    leavesToml: false,
  },
  {
    name: 'it never answers, and the request is cancelled',
    start: { progress: 'pushed' },
    faults: ['api hang'],
    call: calls.releases,
    meanwhile: { when: { child: 'releases' }, happens: 'cancel' },
    expected: { nobodyAsks: true },
    leavesToml: false,
  },
  {
    name: 'it cuts the connection when it is read',
    start: { progress: 'pushed' },
    faults: ['api reset --path /graphql'],
    call: calls.releases,
    expected: { code: 'unknown_failure', diagnosis: 'fly_api_cut', next: [] },
    leavesToml: false,
  },
  {
    name: 'it cannot be reached',
    start: { progress: 'pushed' },
    arrange: () => ({ env: { FLY_API_BASE_URL: 'http://127.0.0.1:9' } }),
    call: calls.releases,
    expected: { code: 'unknown_failure', diagnosis: 'fly_api_unreachable', next: [] },
    leavesToml: false,
  },
  {
    name: '500 when a machine is launched',
    start: { progress: 'pushed', own: 'app' },
    faults: ({ app }) => [`api status --status 500 --path /${app}/machines --method POST`],
    call: calls.deploy(),
    expected: {
      code: 'deploy_failed',
      diagnosis: 'unknown_failure',
      next: [calls.health],
      leadsTo: { verdict: 'unknown' },
    },
    leavesToml: false,
  },
  {
    name: '502 when a machine is waited for: what runs is judged',
    start: { progress: 'deployed', own: 'app' },
    faults: whenWaited('status --status 502'),
    call: calls.deploy({ wait_timeout: '2s' }),
    expected: { result: { verdict: 'healthy', warnings: [{ code: 'flyctl_failed' }] } },
    leavesToml: true,
  },
  {
    name: '429 when a machine is launched',
    start: { progress: 'pushed', own: 'app' },
    faults: ({ app }) => [`api status --status 429 --path /${app}/machines --method POST`],
    call: calls.deploy(),
    expected: {
      code: 'deploy_failed',
      diagnosis: 'rate_limit',
      next: [calls.health],
      leadsTo: { verdict: 'unknown' },
    },
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: '504 on the book-keeping after a healthy roll-out: no failure',
    start: { progress: 'deployed' },
    faults: ['api status --status 504 --path /releases/ --method PATCH --nth 2'],
    call: calls.deploy(),
    expected: { result: { verdict: 'healthy' } },
    leavesToml: true,
  },
  {
    name: '504 on the book-keeping before a roll-out',
    start: { progress: 'deployed' },
    faults: ['api status --status 504 --path /releases/ --method PATCH'],
    call: calls.deploy(),
    expected: {
      code: 'deploy_failed',
      diagnosis: 'release_status',
      next: [calls.health],
      leadsTo: { verdict: 'healthy' },
    },
    leavesToml: true,
  },
  {
    name: 'it never answers whether a machine runs: what runs is judged',
    start: { progress: 'deployed', own: 'app' },
    faults: whenWaited('hang'),
    call: calls.deploy({ wait_timeout: '2s' }),
    expected: { result: { verdict: 'healthy', warnings: [{ code: 'flyctl_failed' }] } },
    leavesToml: true,
  },
  {
    name: 'it never answers when a machine is launched, and the job is cancelled',
    start: { progress: 'pushed', own: 'app' },
    faults: ({ app }) => [`api hang --path /${app}/machines --method POST`],
    call: calls.deploy({ wait_seconds: 2 }),
    followUp: ({ job_id }) => ({ tool: 'cancel_job', arguments: { job_id } }),
    expected: { result: { status: 'cancelled' } },
    leavesToml: false,
  },
]
