import { expect, test } from 'vitest'
import { cheaperWay, firstVisitorWaitMs } from '../../../src/flow/plan/running-costs.js'
import { composeConfig } from '../../../src/fly-toml/compose.js'
import { machine } from '../../support/machines.js'

function fleet(text: string, more: object = {}) {
  const base = { path: 'fly.toml', text, isTarget: false }
  const image = 'registry.fly.io/hello:1'
  const composed = composeConfig({ app: 'hello', image, settings: {}, base })
  return { composed, machines: [], ha: false, ...more }
}

const service = '[http_service]\ninternal_port = 8080\n'
const resting = `${service}auto_stop_machines = "stop"\nmin_machines_running = 0\n`
const large = '[[vm]]\nmemory = "1gb"\n'

test('memory that a test has not needed, machines that are not needed, and rest, are cheaper', () => {
  const machines = [machine(), machine({ id: 'm2' })]
  const found = { memory: '256mb', startup_ms: 800 }
  expect(cheaperWay(fleet(`${service}${large}`, { machines }), found)).toEqual({
    settings: { memory: '256mb', machines: 1, auto_stop: 'stop', min_machines_running: 0 },
    running: 1.94,
    at_rest: 0,
  })
})

test('what is as cheap as can be is told nothing', () => {
  expect(cheaperWay(fleet(`${resting}[[vm]]\nmemory = "256mb"\n`), { memory: '256mb' })).toBe(
    undefined,
  )
})

test('without a test nobody knows how much memory would do', () => {
  expect(cheaperWay(fleet(`${resting}${large}`))).toBeUndefined()
})

test('an app that takes long to start is not told to rest', () => {
  const way = cheaperWay(fleet(`${service}${large}`), { memory: '512mb', startup_ms: 40_000 })
  expect(way?.settings).toEqual({ memory: '512mb' })
})

test('a worker cannot rest, and each of several machines with a volume has its own data', () => {
  expect(cheaperWay(fleet(large), { startup_ms: 10 })).toBeUndefined()
  const machines = [machine(), machine({ id: 'm2' })]
  const mounts = '[mounts]\nsource = "data"\ndestination = "/data"\n'
  expect(cheaperWay(fleet(`${resting}${large}${mounts}`, { machines }))).toBeUndefined()
})

test('the first visitor after an idle time waits as long as the app takes to start', () => {
  expect(firstVisitorWaitMs(fleet(resting), { startup_ms: 1_200 })).toBe(1_200)
  expect(firstVisitorWaitMs(fleet(service), { startup_ms: 1_200 })).toBeUndefined()
  expect(firstVisitorWaitMs(fleet(resting), undefined)).toBeUndefined()
})
