import { expect, test } from 'vitest'
import { entries } from '../../src/diagnosis/entries.js'
import { diagnose } from '../../src/diagnosis/match.js'
import texts from '../fixtures/diagnosis/texts.json' with { type: 'json' }

/** Its text means something else where no stage is given. */
const toldByStage = 'machine_disk_full'

test.each(texts)('$id is what its text means', ({ id, text }) => {
  expect(diagnose(text)?.id).toBe(id)
})

test('every other entry has a text, which docs/troubleshooting.md shows', () => {
  const shown = new Set([...texts.map(({ id }) => id), toldByStage])
  expect(entries.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([])
})
