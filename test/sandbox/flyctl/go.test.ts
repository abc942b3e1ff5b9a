import { expect, test } from 'vitest'
import { splitWords } from '../../../src/sandbox/flyctl/config/shell-words.js'
import { parseGigabytes, parseMebibytes } from '../../../src/sandbox/flyctl/config/sizes.js'
import { decode } from '../../../src/sandbox/flyctl/go/decode.js'
import { formatDuration, parseDuration } from '../../../src/sandbox/flyctl/go/duration.js'
import { encode, toJson } from '../../../src/sandbox/flyctl/go/encode.js'
import {
  bool,
  int,
  list,
  map,
  pointer,
  string,
  struct,
  time,
} from '../../../src/sandbox/flyctl/go/types.js'

test.for([
  ['10s', '10s'],
  ['5m', '5m0s'],
  ['1.5h', '1h30m0s'],
  ['90s', '1m30s'],
  ['250ms', '250ms'],
  ['300ns', '300ns'],
  ['0', '0s'],
  ['-2s', '-2s'],
])('reads the duration %s and writes it as %s', ([text = '', written]) => {
  expect(formatDuration(parseDuration(text))).toBe(written)
})

test.for([
  ['abc', 'time: invalid duration "abc"'],
  ['5', 'time: missing unit in duration "5"'],
  ['5x', 'time: unknown unit "x" in duration "5x"'],
])('refuses the duration %s in Go’s words', ([text = '', said = '']) => {
  expect(() => parseDuration(text)).toThrow(said)
})

const inner = struct('pkg.Inner', { 'port?': int, 'on?': pointer(bool) })
const outer = struct('pkg.Outer', {
  Name: string,
  'list?': list(inner),
  'map?': map(string),
  Nothing: list(string),
  At: time,
  inner,
})

test('fills in zero values, keeps the order, and leaves empty optional fields out', () => {
  const value = decode(outer, { NAME: 'x', inner: { on: false, port: 0 }, unknown: 1 })
  expect(JSON.stringify(encode(outer, value))).toBe(
    '{"Name":"x","Nothing":null,"At":"0001-01-01T00:00:00Z","inner":{"on":false}}',
  )
})

test('sorts maps and shortens times', () => {
  const value = decode(outer, { map: { b: '2', a: '1' }, At: '2026-11-23T04:45:44.850Z' })
  expect(encode(outer, value)).toMatchObject({ At: '2026-11-23T04:45:44.85Z' })
  expect(JSON.stringify(encode(outer, value))).toContain('"map":{"a":"1","b":"2"}')
})

test('escapes what Go escapes', () => {
  expect(toJson({ a: '<&>' })).toBe('{"a":"\\u003c\\u0026\\u003e"}')
})

test.for<readonly [unknown, string]>([
  [{ Name: 1 }, 'number into Go struct field Outer.Name of type string'],
  [{ list: [{ port: 'x' }] }, 'string into Go struct field Inner.list.port of type int'],
  [{ list: [{ port: 1.5 }] }, 'number 1.5 into Go struct field Inner.list.port of type int'],
  [{ inner: [] }, 'array into Go struct field Outer.inner of type pkg.Inner'],
  [{ map: 'x' }, 'string into Go struct field Outer.map of type map[string]string'],
])('refuses %j', ([value, said]) => {
  expect(() => decode(outer, value)).toThrow(`json: cannot unmarshal ${said}`)
})

test.for<readonly [string, readonly string[]]>([
  ['a b', ['a', 'b']],
  [`sh -c 'x y'`, ['sh', '-c', 'x y']],
  ['a "b \\" c" d\\ e', ['a', 'b " c', 'd e']],
  [`a ''`, ['a', '']],
  ['a # comment', ['a']],
])('splits %j into words', ([command, words]) => {
  expect(splitWords(command)).toEqual(words)
})

test('reads sizes in the units of their place', () => {
  expect([parseMebibytes('1gb'), parseMebibytes('512MB'), parseMebibytes('300')]).toEqual([
    1024, 512, 300,
  ])
  expect([parseGigabytes('2gb'), parseGigabytes('500mb'), parseGigabytes('3')]).toEqual([2, 0, 3])
})
