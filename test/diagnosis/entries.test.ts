import { describe, expect, test } from 'vitest'
import { entries } from '../../src/diagnosis/entries.js'
import { isErrorCode } from '../../src/error-codes.js'
import { catalogue } from '../../src/tools/catalogue.js'

test('ids are unique and lower snake case', () => {
  const ids = entries.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/)
})

describe.each(entries)('$id', ({ pattern, cause, remedy }) => {
  test('is said in whole sentences that name only what the pattern captures', () => {
    for (const sentence of [cause, remedy]) {
      expect(sentence).toMatch(/^[A-Za-z$].*\.$/)
      for (const [, name] of sentence.matchAll(/\$<(\w+)>/g))
        expect(pattern.source).toContain(`(?<${name}>`)
    }
  })

  test('has a pattern that remembers nothing between two texts', () => {
    expect(pattern.flags).not.toMatch(/[gy]/)
    expect(pattern.test('')).toBe(false)
  })
})

test.each(entries)('$id says who must act, once', ({ id, who }) => {
  expect(who === undefined).toBe(isErrorCode(id))
})

/** As callers fill in what only they know. */
const filled: Readonly<Record<string, unknown>> = {
  app: 'hello',
  image: 'registry.fly.io/hello:1a2b3c4',
  context: 'site',
  org: 'personal',
  internal_port: 3000,
  health_path: '/up',
  region: 'ams',
  memory: '2gb',
}

const repaired = entries.flatMap(({ id, next }) => (next === undefined ? [] : [{ id, next }]))

test.each(repaired)('the call that repairs $id is one that its tool takes', ({ next }) => {
  const { tool: name, arguments: fixed, needs, why } = next
  const args = { ...Object.fromEntries(needs.map((need) => [need, filled[need]])), ...fixed }
  const tool = catalogue.find((each) => each.name === name)
  expect(tool?.input.safeParse(args)).toMatchObject({ success: true })
  expect(why).toMatch(/^[a-z].*[^.]$/)
})
