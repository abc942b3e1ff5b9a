import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { entries } from '../../src/diagnosis/entries.js'
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

const repaired = entries.flatMap(({ id, next }) => (next === undefined ? [] : [{ id, next }]))

test.each(repaired)('the call that repairs $id is one of a tool and its fields', ({ next }) => {
  const tool = catalogue.find(({ name }) => name === next.tool)
  const schema = z.toJSONSchema(tool?.input ?? z.never(), { io: 'input' })
  expect(Object.keys(schema.properties ?? {})).toEqual(
    expect.arrayContaining([...next.needs, ...Object.keys(next.arguments)]),
  )
})
