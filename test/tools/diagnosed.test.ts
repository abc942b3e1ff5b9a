import { describe, expect, test } from 'vitest'
import { FlyopsError } from '../../src/errors.js'
import { diagnosed } from '../../src/tools/diagnosed.js'

describe('the known failure that an error’s evidence shows', () => {
  test('says why, where the code says only where', () => {
    const error = new FlyopsError('deploy_failed', 'deploy', 'flyctl failed.', {
      evidence: 'Error: failed to launch VM: resource_exhausted: rate limit exceeded',
    })
    const found = diagnosed(error)
    expect(found).toMatchObject({
      code: 'deploy_failed',
      diagnosis: 'rate_limit',
      evidence: error.evidence,
    })
    expect(found.message.length).toBeGreaterThan(error.message.length)
    expect(found.remedy).toBeTruthy()
  })

  test('adds only its id where the code says why', () => {
    const error = new FlyopsError(
      'not_authenticated',
      'auth',
      'Fly.io does not accept the login.',
      {
        remedy: 'Log in.',
        evidence: 'Error: no access token available. Please login with ‘flyctl auth login’',
        next: [{ tool: 'push_image', arguments: {}, why: 'x' }],
      },
    )
    const found = diagnosed(error)
    expect(found.diagnosis).toBeTruthy()
    expect(found).toMatchObject({
      code: error.code,
      message: error.message,
      remedy: error.remedy,
      next: error.next,
    })
  })

  test('leaves an error alone whose evidence shows nothing known, or that has none', () => {
    for (const evidence of ['something that nobody has seen', undefined]) {
      const error = new FlyopsError(
        'unknown_failure',
        'deploy',
        'x',
        evidence === undefined ? {} : { evidence },
      )
      expect(diagnosed(error)).toBe(error)
    }
  })
})
