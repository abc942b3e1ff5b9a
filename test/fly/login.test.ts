import { describe, expect, test } from 'vitest'
import { describeLogin } from '../../src/fly/login.js'

describe('the login that flyctl uses', () => {
  test.each([
    ['fo1_abc', 'personal'],
    ['Bearer fo1_abc', 'personal'],
    ['FlyV1 fm2_lJPE', 'limited'],
    ['fm1r_lJPE,fm1a_lJPE', 'limited'],
    ['FlyV1 fm2_lJPE,fm2_lJPE,fo1_abc', 'copied'],
    ['sim_token', 'unknown'],
    ['my_fm2_token', 'unknown'],
  ])('the form of %s is %s', (token, kind) => {
    expect(describeLogin({ FLY_API_TOKEN: token })).toEqual({ from: 'FLY_API_TOKEN', kind })
  })

  test('comes from the variable that flyctl is given', () => {
    const access = { FLY_ACCESS_TOKEN: 'fo1_a' }
    expect(describeLogin(access)).toEqual({ from: 'FLY_ACCESS_TOKEN', kind: 'personal' })
    expect(describeLogin({ ...access, FLY_API_TOKEN: 'FlyV1 fm2_b' })).toMatchObject({
      from: 'FLY_API_TOKEN',
    })
    expect(describeLogin({ FLY_API_TOKEN: '' })).toEqual({ from: 'fly auth login' })
  })
})
