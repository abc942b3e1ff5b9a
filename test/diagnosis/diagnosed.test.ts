import { describe, expect, test } from 'vitest'
import { diagnosed } from '../../src/diagnosis/diagnosed.js'
import { FlyopsError } from '../../src/errors.js'

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

  test('says that nothing is known where the evidence shows nothing known, and does not guess', () => {
    const details = { evidence: 'something that nobody has seen', remedy: 'Look.' }
    const error = new FlyopsError('deploy_failed', 'deploy', 'x', details)
    expect(diagnosed(error)).toMatchObject({
      code: 'deploy_failed',
      message: 'x',
      remedy: 'Look.',
      evidence: details.evidence,
      diagnosis: 'unknown_failure',
    })
  })

  test('leaves an error alone whose code says why, and one that was diagnosed before', () => {
    const told = new FlyopsError('docker_missing', 'preflight', 'x', { evidence: 'looked in: /' })
    expect(diagnosed(told)).toBe(told)
    const twice = new FlyopsError('build_failed', 'build', 'x', { diagnosis: 'npm-ci-lock' })
    expect(diagnosed(twice)).toBe(twice)
  })
})
