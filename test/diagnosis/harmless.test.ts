import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { diagnose } from '../../src/diagnosis/match.js'

const folder = new URL('../fixtures/diagnosis/harmless/', import.meta.url)
const names = readdirSync(folder)

test('twenty harmless texts and more are looked at', () => {
  expect(names.length).toBeGreaterThanOrEqual(20)
})

test.each(names)('%s says of no failure', (name) => {
  expect(diagnose(readFileSync(new URL(name, folder), 'utf8'))).toBeUndefined()
})

test('all of them together say of none', () => {
  const all = names.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n')
  expect(diagnose(all)).toBeUndefined()
})

test.each(['', '\n', 'Error: something that nobody has seen before'])('nor does %j', (text) => {
  expect(diagnose(text)).toBeUndefined()
})
