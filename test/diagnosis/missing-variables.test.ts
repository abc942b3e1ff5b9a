import { expect, test } from 'vitest'
import { missingVariablesIn } from '../../src/diagnosis/missing-variables.js'

test.each([
  [`  File "os.py", line 714\n    raise KeyError(key)\nKeyError: 'DATABASE_URL'`, ['DATABASE_URL']],
  [`fetch': key not found: "SECRET_KEY_BASE" (KeyError)`, ['SECRET_KEY_BASE']],
  ['required key STRIPE_KEY missing value', ['STRIPE_KEY']],
  ['error: Environment variable not found: DATABASE_URL.', ['DATABASE_URL']],
  ['Error: missing required environment variable PORT', ['PORT']],
  [
    'Missing required env vars: API_KEY, API_SECRET and DATABASE_URL',
    ['API_KEY', 'API_SECRET', 'DATABASE_URL'],
  ],
  ['environment variable DATABASE_URL is missing.', ['DATABASE_URL']],
  ['fatal: DATABASE_URL is not set', ['DATABASE_URL']],
  ['panic: REDIS_URL must be set', ['REDIS_URL']],
  ['Error: DATABASE_URL environment variable is not set', ['DATABASE_URL']],
  ['`SESSION_SECRET` is required\nAPI_KEY is undefined', ['SESSION_SECRET', 'API_KEY']],
])('%s', (said, names) => {
  expect(missingVariablesIn(said)).toEqual(names)
})

test.each([
  'HTTP is required',
  'INFO: JSON is missing a field',
  "KeyError: 'user_id'",
  'DATABASE_URL is set, connecting',
  'listening on PORT 3000',
  'module.EXPORTS_X is not a function',
])('%s names no variable', (said) => {
  expect(missingVariablesIn(said)).toEqual([])
})

test('no more than ten are named, of however long a text', () => {
  const said = Array.from({ length: 5_000 }, (_, at) => `VAR_${at} is not set`).join('\n')
  expect(missingVariablesIn(said)).toHaveLength(10)
})
