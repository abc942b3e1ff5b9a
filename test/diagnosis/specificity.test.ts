import { expect, test } from 'vitest'
import { literalChars, literalRuns } from '../../src/diagnosis/specificity.js'

test.each([
  [/lease .*held by (\d+)/, ['lease ', 'held by ']],
  [/oom_killed"?: ?true|OOM-killer/i, ['oom_killed', 'true', 'oom-killer']],
  [
    /registry\.fly\.io[^\n]{0,300}(?:no such host|reset)/,
    ['registry.fly.io', 'no such host', 'reset'],
  ],
  [/row (?<row>\d+),? column \[x\]/, ['row ', ' column [x]']],
  [/\bPM0[12]\b|(?<!not )(?! at)ready$/, ['PM0', 'not ', ' at', 'ready']],
])('%s has its plain characters', (pattern, runs) => {
  expect(literalRuns(pattern)).toEqual(runs)
})

test('only those that stand in the match count', () => {
  const runs = literalRuns(/held by|lease .*expires/i)
  expect(literalChars(runs, 'HELD BY')).toBe(7)
  expect(literalChars(runs, 'lease, a long one, expires')).toBe(7)
  expect(literalChars(runs, 'lease 28 expires')).toBe('lease '.length + 'expires'.length)
})
