import { expect, test } from 'vitest'
import { diagnose } from '../../src/diagnosis/match.js'
import texts from '../fixtures/diagnosis/texts.json' with { type: 'json' }

test.each(texts)('$id is what its text means', ({ id, text }) => {
  expect(diagnose(text)?.id).toBe(id)
})
