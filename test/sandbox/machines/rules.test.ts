import { expect, test } from 'vitest'
import { parseListening } from '../../../src/process/listening-sockets.js'
import { healthChecks } from '../../../src/sandbox/machines/check-list.js'
import { backoffMs, restarts } from '../../../src/sandbox/machines/restart-policy.js'
import { listenSockets } from '../../../src/sandbox/machines/sockets.js'
import { restedBefore } from '../../../src/sandbox/platform/machine-records.js'
import type { Machine } from '../../../src/sandbox/platform/rows.js'

test('restarts ten times after failures unless told otherwise', () => {
  const config = { image: 'r/hello:1' }
  expect(restarts({ config, exitCode: 1, restarts: 9 })).toBe(true)
  expect(restarts({ config, exitCode: 1, restarts: 10 })).toBe(false)
  expect(restarts({ config, exitCode: 0, restarts: 0 })).toBe(false)
})

test("follows the configuration's restart policy", () => {
  const image = 'r/hello:1'
  const never = { image, restart: { policy: 'no' } }
  const always = { image, restart: { policy: 'always' } }
  const twice = { image, restart: { policy: 'on-failure', max_retries: 2 } }
  expect(restarts({ config: never, exitCode: 1, restarts: 0 })).toBe(false)
  expect(restarts({ config: always, exitCode: 0, restarts: 99 })).toBe(true)
  expect(restarts({ config: twice, exitCode: 1, restarts: 1 })).toBe(true)
  expect(restarts({ config: twice, exitCode: 1, restarts: 2 })).toBe(false)
})

test('waits longer before each restart, within bounds', () => {
  expect([0, 1, 2, 20].map(backoffMs)).toEqual([100, 200, 400, 2_000])
})

test.each([
  ['started', 'start launch', false],
  ['stopped by somebody', 'exit stop start launch', true],
  ['suspended', 'suspend start launch', true],
  ['crashed, and was to start again', 'exit! start launch', false],
  ['not started yet', 'launch', false],
])('a machine that was %s when its new version came', (_how, types, rested) => {
  const events = `launch update ${types}`.split(' ').map((name) => ({
    type: name.replace('!', ''),
    exit: { restarting: name.endsWith('!') },
  })) as unknown as Machine['events']
  expect(restedBefore({ events })).toBe(rested)
})

test('names checks as Fly does, and falls back to the service port', () => {
  const checks = healthChecks({
    image: 'r/hello:1',
    services: [
      {
        internal_port: 8080,
        checks: [
          { type: 'http', path: '/info', interval: '30s', timeout: '5s', grace_period: '10s' },
          { type: 'tcp', port: 9090 },
        ],
      },
    ],
    checks: { alive: { type: 'http', port: 3000, headers: [{ name: 'Host', values: ['a'] }] } },
  })
  expect(checks.map(({ name }) => name)).toEqual([
    'servicecheck-00-http-8080',
    'servicecheck-01-tcp-9090',
    'alive',
  ])
  expect(checks[0]).toMatchObject({
    kind: 'http',
    port: 8080,
    path: '/info',
    method: 'GET',
    intervalMs: 30_000,
    timeoutMs: 5_000,
    graceMs: 10_000,
  })
  expect(checks[2]).toMatchObject({ port: 3000, headers: { Host: 'a' } })
})

test('finds listening sockets of both families', () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue'
  const tcp = [
    head,
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000',
    '   1: 00000000:0BB8 00000000:0000 0A 00000000:00000000',
    '   2: 0200D50A:1F90 0100D50A:D431 01 00000000:00000000',
    '',
  ].join('\n')
  const tcp6 = [
    head,
    '   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 0',
    '   1: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0',
  ].join('\n')
  expect(parseListening(tcp)).toEqual(['127.0.0.1:8080', '0.0.0.0:3000'])
  expect(parseListening(tcp6)).toEqual(['[::]:8080', '[::1]:80'])
})

test('a container that nothing reaches listens on nothing', async () => {
  const { pid } = process
  expect(await listenSockets({ id: 'c', pid, address: '127.0.0.1' })).toMatchObject([{ pid }])
  expect(await listenSockets({ id: 'c', pid, address: '' })).toEqual([])
})
