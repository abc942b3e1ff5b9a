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

describe('the call that a diagnosis knows', () => {
  const evidence = 'Error: dial tcp: lookup registry.fly.io: no such host'
  const refused = new FlyopsError('push_refused', 'push', 'x', { evidence })
  const image = 'registry.fly.io/hello:1a2b3c4'
  const look = { tool: 'check_health', arguments: { app: 'hello' }, why: 'shows what runs' }
  const lease = 'Error: failed to acquire lease: lease currently held by a@b.example'

  test('is offered, where what failed says the rest of it', () => {
    const found = diagnosed(refused, { tool: 'push_image', args: { image } })
    expect(found.next).toEqual([
      { tool: 'push_image', arguments: { image }, why: 'the registry may be reachable now' },
    ])
  })

  test('keeps the other arguments where it is the call that failed, changed', () => {
    const error = new FlyopsError('deploy_failed', 'deploy', 'x', { evidence: lease, next: [look] })
    const args = { app: 'hello', image, region: 'ams' }
    expect(diagnosed(error, { tool: 'deploy_image', args }).next).toEqual([
      look,
      { tool: 'deploy_image', arguments: args, why: 'after the lease has expired' },
    ])
  })

  test('goes by the folder of the call that failed', () => {
    const error = new FlyopsError('build_failed', 'build', 'The build failed.', {
      evidence: 'ERROR: no active session for x: context deadline exceeded',
    })
    const call = { tool: 'ship', args: { app: 'hello', context: 'shop' } }
    expect(diagnosed(error, call).next).toMatchObject([
      { tool: 'build_image', arguments: call.args },
    ])
  })

  test('is not offered where something is left to be filled in', () => {
    expect(diagnosed(refused, { tool: 'ship', args: { app: 'hello' } }).next).toEqual([])
    expect(diagnosed(refused).next).toEqual([])
  })

  test('is not offered where the same call would fail again', () => {
    const broken =
      'json: cannot unmarshal string into Go struct field HTTPService.http_service.internal_port of type int'
    const error = new FlyopsError('config_invalid', 'config', 'x', { evidence: broken })
    const call = { tool: 'deploy_image', args: { app: 'hello', image } }
    const found = diagnosed(error, call)
    expect(found.diagnosis).toBeTruthy()
    expect(found.next).toEqual([])
  })

  test('is not offered where a person must act first', () => {
    const error = refused.with({ code: 'not_authenticated' })
    expect(diagnosed(error, { tool: 'push_image', args: { image } }).next).toEqual([])
  })

  test('is not offered where another step meets the same text', () => {
    const text = 'received unexpected HTTP status: 503 Service Unavailable'
    const error = new FlyopsError('unknown_failure', 'preflight', 'x', { evidence: text })
    const args = { image, apps: ['hello'] }
    const found = diagnosed(error, { tool: 'promote_image', args })
    expect(found).toMatchObject({ diagnosis: 'registry_5xx', next: [] })
  })

  test('stands beside no other of its tool', () => {
    const push = { tool: 'push_image', arguments: { image }, why: 'pushes again' }
    const error = refused.with({ next: [push] })
    expect(diagnosed(error, { tool: 'push_image', args: { image } }).next).toEqual([push])
  })
})
