import { expect, test } from 'vitest'
import { compareRecords } from '../../../src/sandbox/experiments/compare.js'
import type {
  CallEntry,
  Entry,
  Outcome,
  RequestEntry,
} from '../../../src/sandbox/experiments/record.js'
import { junitOf, tableOf } from '../../../src/sandbox/experiments/report.js'

const outcome: Outcome = {
  kind: 'outcome',
  scenario: 'first-deploy',
  title: 'A <first> deploy',
  seed: 1,
  score: 50,
  goals: [
    { goal: 'hello is healthy', reached: true, why: '' },
    { goal: 'hello/info contains "Ok"', reached: false, why: 'it answers 502, "\u0007"' },
  ],
  calls: 2,
  bytes_to_model: 27_120,
  requests: 43,
  faults: 1,
  seconds: 7.4,
  exit_status: 1,
  output: 'ship: not done',
}

test('the table shows the figures, and below it what was not reached', () => {
  const [head, , row, ...rest] = tableOf([outcome]).split('\n')
  expect(head).toBe(
    '| scenario | score | goals | calls | kB to the model | requests | faults | s |',
  )
  expect(row).toBe('| first-deploy | 50 | 1 of 2 | 2 | 27.1 | 43 | 1 | 7.4 |')
  expect(rest.join('\n')).toContain('not reached: hello/info contains "Ok": it answers 502')
  expect(rest.join('\n')).toContain('ended with 1')
})

test('JUnit has a suite a scenario and a case a goal, in XML', () => {
  const xml = junitOf([outcome])
  expect(xml).toContain(
    '<testsuite name="A &#60;first&#62; deploy" tests="2" failures="1" time="7.4">',
  )
  expect(xml).toContain('name="hello is healthy"/>')
  expect(xml).toContain('<failure message="it answers 502, &#34; &#34;"/>')
})

const call = (tool: string, args: Record<string, unknown>, isError = false): CallEntry => ({
  kind: 'call',
  at_ms: 1,
  tool,
  arguments: args,
  is_error: isError,
  bytes: 1,
  duration_ms: 1,
  text: '',
  shown: [],
})
const request = (path: string): RequestEntry => ({
  kind: 'request',
  at_ms: 1,
  place: 'api',
  method: 'GET',
  path,
  status: 200,
  duration_ms: 1,
})
const runOn = (port: number): readonly Entry[] => [
  call('deploy_image', { image: `127.0.0.1:${port}/hello:1a2b3c4` }),
  request(`/v1/apps/hello/machines/${'f'.repeat(14)}`),
  request(`/api/v1/releases/rel_${port}${'0'.repeat(12)}`),
  outcome,
]

test('runs that differ in ports and ids alone are the same', () => {
  const { isSame, text } = compareRecords(runOn(4001), runOn(4002))
  expect(isSame).toBe(true)
  expect(text).toContain('= deploy_image {"image":"127.0.0.1:PORT/hello:1a2b3c4"} done')
  expect(text).not.toContain('requests that differ')
})

test('runs part where a call, its end or a goal differs, and requests are counted', () => {
  const one = [...runOn(1), request('/v1/apps')]
  const other = [call('deploy_image', {}, true), ...runOn(1).slice(1)]
  const { isSame, text } = compareRecords(one, other)
  expect(isSame).toBe(false)
  expect(text).toMatch(/≠ deploy_image .* done {2}\| {2}deploy_image \{\} failed/)
  expect(text).toContain('api GET /v1/apps 200: 1 | 0')
})
