import { expect, test } from 'vitest'
import { type Attempt, actions, permissionOf } from '../../../src/sandbox/platform/caveats.js'
import type { Packed } from '../../../src/sandbox/platform/msgpack.js'

const { read, write, control, all } = actions

/** The first of each pair is permitted by the caveat, the second is not. */
const cases: readonly (readonly [string, number, Packed, Attempt, Attempt])[] = [
  ['an organization', 0, [1, all], { action: all }, { action: 32 }],
  ['any organization, to read', 0, [0, read], { action: read }, { action: write }],
  ['apps', 3, [new Map([[7, all]])], { action: write, app: 7 }, { action: read, app: 8 }],
  [
    'an app to read',
    3,
    [new Map([[7, read]])],
    { action: read, app: 7 },
    { action: write, app: 7 },
  ],
  [
    'each app',
    3,
    [new Map([[0, read]])],
    { action: read, app: 9 },
    { action: read | write, app: 9 },
  ],
  ['no app', 3, [new Map([[7, all]])], { action: read, app: 7 }, { action: read }],
  [
    'machines',
    7,
    [new Map([['m', control]])],
    { action: control, machine: 'm' },
    { action: control, machine: 'n' },
  ],
  [
    'volumes',
    2,
    [new Map([['', read]])],
    { action: read, volume: 'v' },
    { action: read, machine: 'v' },
  ],
  ['features', 5, [new Map([['wg', all]])], { action: all, feature: 'wg' }, { action: read }],
  [
    'mutations',
    6,
    [['a', 'b']],
    { action: write, mutation: 'b' },
    { action: write, mutation: 'c' },
  ],
  ['a mask', 26, read | control, { action: control }, { action: write }],
  [
    'a command',
    27,
    [[['ls'], true]],
    { action: control, command: ['ls'] },
    { action: control, command: ['ls', '/'] },
  ],
  [
    'how a command begins',
    27,
    [[['ls'], false]],
    { action: control, command: ['ls', '/'] },
    { action: control, command: ['rm'] },
  ],
  [
    'nothing that has no command',
    27,
    [[null, false]],
    { action: control, command: ['x'] },
    { action: read },
  ],
]

test.each(cases)('%s', (_, type, body, permitted, refused) => {
  const permits = permissionOf([{ type, body }])
  expect([permits?.(permitted, 0), permits?.(refused, 0)]).toEqual([true, false])
})

test('a time', () => {
  const permits = permissionOf([{ type: 4, body: [10, 20] }])
  const at = (ms: number) => permits?.({ action: read }, ms)
  expect([9_999, 10_000, 20_000, 20_001].map(at)).toEqual([false, true, true, false])
})

test('what is present decides, and a mask where nothing is', () => {
  const inner = [3, [new Map([[7, all]])], 27, [[['ls'], true]]]
  const permits = permissionOf([{ type: 13, body: [inner, read] }])
  expect(permits?.({ action: read }, 0)).toBe(true)
  expect(permits?.({ action: write }, 0)).toBe(false)
  expect(permits?.({ action: write, app: 7 }, 0)).toBe(true)
  expect(permits?.({ action: control, app: 7, command: ['rm'] }, 0)).toBe(false)
  expect(permits?.({ action: read, app: 8 }, 0)).toBe(false)
})

test('all of several must permit it', () => {
  const apps = { type: 3, body: [new Map([[7, all]])] }
  const permits = permissionOf([apps, { type: 26, body: read }])
  expect(permits?.({ action: read, app: 7 }, 0)).toBe(true)
  expect(permits?.({ action: write, app: 7 }, 0)).toBe(false)
  expect(permits?.({ action: read, app: 8 }, 0)).toBe(false)
})

test('a key for all beside others permits nothing', () => {
  const permits = permissionOf([
    {
      type: 3,
      body: [
        new Map([
          [0, all],
          [7, all],
        ]),
      ],
    },
  ])
  expect(permits?.({ action: read, app: 7 }, 0)).toBe(false)
})

test.each<[string, number, Packed]>([
  ['of a third party', 11, ['https://auth.fly.io', Buffer.alloc(1), Buffer.alloc(1)]],
  ['of a type that nobody knows', 99_999, []],
  ['of such a type in another', 13, [[99_999, []], all]],
  ['with a field too many', 0, [1, all, 0]],
  ['of another form', 3, [['7']]],
])('a caveat %s makes the token worth nothing', (_, type, body) => {
  expect(permissionOf([{ type, body }])).toBe(undefined)
})
