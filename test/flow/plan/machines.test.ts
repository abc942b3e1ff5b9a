import { expect, test } from 'vitest'
import { planMachines } from '../../../src/flow/plan/machines.js'
import { composeConfig } from '../../../src/fly-toml/compose.js'
import { machine } from '../../support/machines.js'

const image = 'registry.fly.io/hello:1a2b3c4'

/** The toml of an app, as a deploy would write it. */
function composed(text?: string) {
  const base = text === undefined ? undefined : { path: 'fly.toml', text, isTarget: false }
  return composeConfig({ app: 'hello', image, settings: {}, base })
}

const small = machine({ size: { cpuKind: 'shared', cpus: 1, memoryMb: 256 } })

test('a first deploy makes one machine, which may stop', () => {
  expect(planMachines({ composed: composed(), machines: [], ha: false })).toEqual({
    created: 1,
    replaced: 0,
    destroyed: 0,
    largestMemoryMb: 1024,
    strategy: { name: 'rolling', reason: 'there is nothing to replace yet' },
    cost: { before: 0, running: 5.69, at_rest: 0 },
  })
})

test('ha doubles it, where there is a service', () => {
  expect(planMachines({ composed: composed(), machines: [], ha: true })).toMatchObject({
    created: 2,
    cost: { running: 11.38 },
  })
  const worker = composed('[processes]\nworker = "run"\n')
  expect(planMachines({ composed: worker, machines: [], ha: true })).toMatchObject({ created: 1 })
})

test('machines that are there are replaced, and none is added', () => {
  const machines = [small, { ...small, id: 'm2' }]
  expect(planMachines({ composed: composed(), machines, ha: true })).toMatchObject({
    created: 0,
    replaced: 2,
    strategy: { reason: expect.stringContaining('one machine after another') },
    cost: { before: 3.88, running: 11.38 },
  })
})

test('what may not stop costs all month', () => {
  const always = composed(
    '[http_service]\ninternal_port = 8080\nauto_stop_machines = "off"\n[[vm]]\nsize = "performance-2x"\n',
  )
  expect(planMachines({ composed: always, machines: [], ha: false }).cost).toMatchObject({
    running: 62,
    at_rest: 62,
  })
  const one = composed(
    '[http_service]\ninternal_port = 8080\nauto_stop_machines = "stop"\nmin_machines_running = 1\n[[vm]]\nmemory = 512\n',
  )
  expect(planMachines({ composed: one, machines: [small, small], ha: false }).cost).toMatchObject({
    running: 6.38,
    at_rest: 3.19,
  })
})

test('each group has its own size', () => {
  const groups = composed(`
[processes]
web = "serve"
worker = "work"
[http_service]
internal_port = 8080
auto_stop_machines = "stop"
processes = ["web"]
[[vm]]
memory = "256mb"
processes = ["web"]
[[vm]]
memory = "1gb"
cpus = 2
processes = ["worker"]
`)
  expect(planMachines({ composed: groups, machines: [], ha: false })).toMatchObject({
    created: 2,
    // 1.94, and 2 · 1.94 with half a gigabyte beside what is in it.
    cost: { running: 8.32, at_rest: 6.38 },
  })
})

test('a strategy of the settings stays, and a size without a list price leaves the cost out', () => {
  const other = composed(
    '[deploy]\nstrategy = "canary"\n[[vm]]\ncpu_kind = "gpu"\nmemory = "8gb"\n',
  )
  const plan = planMachines({ composed: other, machines: [], ha: false })
  expect(plan.strategy).toEqual({ name: 'canary', reason: 'the settings say so' })
  expect(plan.cost).toBeUndefined()
})

test('machines that the file does not size keep their size, and cost what they cost', () => {
  const large = machine({ size: { cpuKind: 'shared', cpus: 1, memoryMb: 1024 } })
  const text = '[http_service]\ninternal_port = 8080\n'
  const { cost } = planMachines({ composed: composed(text), machines: [large], ha: false })
  expect(cost).toMatchObject({ running: 5.69 })
})
