import { describe, expect, test } from 'vitest'
import type { Evidence, ShownMachine } from '../../../src/sandbox/experiments/evidence.js'
import { goal } from '../../../src/sandbox/experiments/goals.js'
import type { CallEntry, Happening } from '../../../src/sandbox/experiments/record.js'
import { judge, type Run, scoreOf } from '../../../src/sandbox/experiments/score.js'

const first = 'a'.repeat(40)
const last = 'b'.repeat(40)

function machine(id: string, tag: string, version = '1'): ShownMachine {
  const image_ref = { tag, labels: null }
  return { id, state: 'started', instance_id: version, host_status: 'ok', image_ref, checks: [] }
}

const call: CallEntry = {
  kind: 'call',
  at_ms: 1,
  tool: 'ship',
  arguments: {},
  is_error: false,
  bytes: 2_500,
  duration_ms: 10,
  text: '',
  shown: [],
}

const request = {
  kind: 'request',
  at_ms: 2,
  place: 'api',
  method: 'DELETE',
  path: '/v1/apps/hello/machines/m1/lease',
  status: 200,
  duration_ms: 1,
} as const

/** A platform with the app hello, on the last commit, and one that nobody has touched. */
const evidence: Evidence = {
  apps: async () => ['hello', 'other'],
  machines: async (app) =>
    app === 'hello' ? [machine('m1', last.slice(0, 7), '2')] : [machine('m2', 'x')],
  page: async (app) => (app === 'hello' ? { status: 200, text: 'Health Ok!' } : undefined),
  ailment: async (app) => (app === 'hello' ? undefined : 'it has no machine'),
}

function run(happenings: readonly Happening[] = [call, request]): Run {
  return {
    evidence,
    happenings,
    commits: { first, last },
    machinesBefore: new Map([
      ['hello', [machine('m1', 'x')]],
      ['other', [machine('m2', 'x')]],
    ]),
    leaks: [{ secret: 'PASSWORD', where: 'in journal.jsonl' }],
    seconds: 3.5,
  }
}

async function whyNot(text: string, of = run()): Promise<string | undefined> {
  const [judged] = await judge([goal.parse(text)], of)
  return judged?.reached ? undefined : judged?.why
}

describe('a goal', () => {
  test.each([
    'hello is healthy',
    'hello runs the last commit',
    'hello/info contains Health',
    'other is untouched',
    'preview is gone',
    'no app but hello, other',
    'secret TOKEN is not shown',
    'no request DELETE /v1/apps/*',
    'no call of destroy_app',
    'at most 1 calls',
    'at most 3 kB to the model',
    'at most 4 seconds',
  ])('is reached: %s', async (text) => {
    expect(await whyNot(text)).toBeUndefined()
  })

  test.each([
    ['other is healthy', 'it has no machine'],
    ['hello runs the first commit', 'machine m1 runs the image bbbbbbb, not aaaaaaa'],
    ['hello/info contains Bye', 'it answers 200, "Health Ok!"'],
    ['other/ contains x', 'nothing answers'],
    ['hello is untouched', 'its machines changed'],
    ['other is gone', 'it is there'],
    ['no app but hello', 'there is other'],
    ['nothing is left', 'there is hello, other'],
    ['secret PASSWORD is not shown', 'in journal.jsonl'],
    [
      'no request DELETE /v1/apps/*/machines/*/lease',
      'DELETE /v1/apps/hello/machines/m1/lease was asked',
    ],
    ['no call of ship', 'it was called'],
    ['at most 0 calls', 'it was 1'],
    ['at most 2 kB to the model', 'it was 2.5'],
    ['at most 3 seconds', 'it was 3.5'],
  ])('is missed, and why: %s', async (text, why) => {
    expect(await whyNot(text)).toBe(why)
  })

  test('of a secret looks at the calls too', async () => {
    const shown = run([{ ...call, shown: ['TOKEN'] }])
    expect(await whyNot('secret TOKEN is not shown', shown)).toBe(
      'in the call or the answer of ship',
    )
  })
})

test('the score is the share of the goals that were reached', () => {
  const goals = [true, true, false].map((reached) => ({ goal: '', reached, why: '' }))
  expect(scoreOf(goals)).toBe(67)
})
