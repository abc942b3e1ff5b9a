import { describe, expect, test } from 'vitest'
import { errorCodes, factsOf } from '../src/error-codes.js'
import { FlyopsError } from '../src/errors.js'

const cause = new Error('what flyctl raised')
const whole = {
  remedy: 'Look.',
  retry: 'once',
  who: 'human',
  next: [{ tool: 'doctor', arguments: {}, why: 'looks' }],
  evidence: 'Error: x',
  diagnosis: 'no_space',
  cause,
} as const

describe('an error that is raised again', () => {
  test('loses nothing of what it knows', () => {
    const again = new FlyopsError('deploy_failed', 'deploy', 'It failed.', whole).with({
      message: 'It failed there.',
    })
    expect(again).toMatchObject({ code: 'deploy_failed', stage: 'deploy', ...whole })
    expect(again.message).toBe('It failed there.')
    expect(again.cause).toBe(cause)
  })

  test('says anew what it is told to', () => {
    const again = new FlyopsError('cancelled', 'build', 'Cancelled.', { evidence: 'step 3' }).with({
      code: 'timed_out',
      stage: 'health',
      retry: 'once',
      evidence: undefined,
    })
    expect(again).toMatchObject({ code: 'timed_out', stage: 'health', retry: 'once' })
    expect(again.evidence).toBeUndefined()
  })

  test('is acted on by whom its new code says, where nobody said more', () => {
    const error = new FlyopsError('unknown_failure', 'auth', 'x')
    expect(error.who).toBe('tool')
    expect(error.with({ code: 'not_authenticated' }).who).toBe('human')
    expect(error.with({ who: 'ask' }).with({ code: 'not_authenticated' }).who).toBe('ask')
  })
})

test('an error tells itself as data, without what is not known', () => {
  expect(new FlyopsError('no_commits', 'preflight', 'None.').describe()).toEqual({
    code: 'no_commits',
    stage: 'preflight',
    message: 'None.',
    retry: 'no',
    who: 'ask',
    next: [],
  })
  const { cause: _cause, ...told } = whole
  expect(new FlyopsError('unhealthy', 'deploy', 'x', whole).describe()).toMatchObject(told)
})

test.each(errorCodes)('%s has a meaning in one sentence', (code) => {
  expect(factsOf(code).meaning).toMatch(/^[A-Za-z].*[^.]\.$/)
})
