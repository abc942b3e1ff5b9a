import { describe, expect, test } from 'vitest'
import { flyctlEnvironment } from '../../src/fly/environment.js'

describe('the environment of flyctl', () => {
  test('keeps the user’s home and login', () => {
    const env = flyctlEnvironment({
      HOME: '/home/joe',
      FLY_CONFIG_DIR: '/x',
      FLY_ACCESS_TOKEN: 'a',
    })
    expect(env).toMatchObject({ HOME: '/home/joe', FLY_CONFIG_DIR: '/x', FLY_ACCESS_TOKEN: 'a' })
  })

  test('FLY_API_TOKEN wins, and empty token variables are removed', () => {
    const both = flyctlEnvironment({ FLY_API_TOKEN: 'mine', FLY_ACCESS_TOKEN: 'other' })
    expect(both.FLY_API_TOKEN).toBe('mine')
    expect('FLY_ACCESS_TOKEN' in both).toBe(false)
    const empty = flyctlEnvironment({ FLY_API_TOKEN: '', FLY_ACCESS_TOKEN: '' })
    expect('FLY_API_TOKEN' in empty || 'FLY_ACCESS_TOKEN' in empty).toBe(false)
  })

  test('drops what would change flyctl’s behaviour, and names flyops as the caller', () => {
    const env = flyctlEnvironment({
      FLY_APP: 'x',
      FLY_ORG: 'y',
      DEPLOY_TRIGGER: '1',
      LOG_LEVEL: 'debug',
    })
    expect(Object.keys(env).sort()).toEqual([
      'FLY_INVOKED_BY',
      'FLY_NO_INCIDENTS_CHECK',
      'FLY_NO_UPDATE_CHECK',
      'FLY_SEND_METRICS',
      'NO_COLOR',
    ])
    expect(env.FLY_INVOKED_BY).toBe('flyops')
  })

  test('the docker that flyops uses comes first for flyctl too', () => {
    expect(flyctlEnvironment({ PATH: '/bin' }, '/opt/docker/docker').PATH).toBe('/opt/docker:/bin')
  })
})
