import { expect, test } from 'vitest'
import { durationMs } from '../src/durations.js'

test('durations are read as Go reads them', () => {
  const texts = ['500ms', '10s', '1m30s', '1.5h', '2us', '0s']
  expect(texts.map((text) => durationMs(text))).toEqual([500, 10_000, 90_000, 5_400_000, 0.002, 0])
})

test.each(['', 'soon', '10', '-5s', '5 s', '5sx', 'undefined'])('%j is none', (text) => {
  expect(durationMs(text)).toBeUndefined()
})

test('a number without a unit is one where the reader says of what', () => {
  expect(durationMs('90', 's')).toBe(90_000)
  expect(durationMs('1500000', 'ns')).toBe(1.5)
})
