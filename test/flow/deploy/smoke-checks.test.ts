import { expect, test } from 'vitest'
import { needsSmokeChecks } from '../../../src/flow/deploy/smoke-checks.js'
import { composeConfig } from '../../../src/fly-toml/compose.js'
import { ended, machine } from '../../support/machines.js'

const service = "[[services]]\nprotocol = 'tcp'\ninternal_port = 8080\n"
const check = '[[services.tcp_checks]]\n'
const worker = "[processes]\nweb = 'serve'\nworker = 'work'\n"
const toWeb = "processes = ['web']\n"

function needs(
  toml: string,
  { machines = [machine(), machine({ id: 'm2' })], ha = false, strategy = {} } = {},
) {
  const text = `app = 'hello'\n${toml}`
  const base = { path: 'fly.toml', text, isTarget: false }
  const composed = composeConfig({ app: 'hello', image: 'i', settings: strategy, base })
  return needsSmokeChecks({ composed, machines, ha })
}

test('where checks ask every machine, flyctl need not watch them one after the other', () => {
  expect(needs(service + check)).toBe(false)
})

test('one machine without checks holds up no other', () => {
  expect(needs(service, { machines: [machine()] })).toBe(false)
  expect(needs(service, { machines: [] })).toBe(false)
})

test.each([
  ['several without checks', service, {}],
  ['two that are made at once', service, { machines: [], ha: true }],
  [
    'several workers beside a web group with checks',
    `${worker}${service}${toWeb}${check}`,
    { machines: ['a', 'b'].map((id) => machine({ id, processGroup: 'worker' })) },
  ],
  ['machines that flyctl makes and removes', service + check, { strategy: { strategy: 'canary' } }],
])('%s: a roll-out must stop at the first that does not stay up', (_name, toml, fleet) => {
  expect(needs(toml, fleet)).toBe(true)
})

test('what comes out of a crash loop is not judged by the exits of that', () => {
  expect(needs(service, { machines: [machine(), machine({ id: 'm2', ...ended(2, 3) })] })).toBe(
    false,
  )
})
