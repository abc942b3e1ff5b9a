import { describe, expect, test } from 'vitest'
import { given } from '../../src/flow/given.js'
import { next, offered, recalled } from '../../src/flow/next.js'
import { hidden } from '../../src/flow/record/hidden.js'
import { shipInput } from '../../src/flow/ship/input.js'
import { catalogue } from '../../src/tools/catalogue.js'

const image = 'registry.fly.io/hello:1a2b3c4'

describe('a call offered next', () => {
  test('names its tool and its arguments, without those that are the defaults', () => {
    const call = next.deployImage({ app: 'hello', image, context: '.', ha: false }, 'deploys it')
    expect(call).toEqual({
      tool: 'deploy_image',
      arguments: { app: 'hello', image },
      why: 'deploys it',
    })
  })

  test('leaves out what is undefined, for no schema and no shell takes it', () => {
    const { arguments: args } = next.rollback({ app: 'hello', to: undefined }, 'goes back')
    expect(Object.keys(args)).toEqual(['app'])
  })

  test('does not compile where the schema of its tool refuses it', () => {
    // @ts-expect-error the field is internal_port
    next.deployImage({ app: 'hello', image, port: 8080 }, 'x')
    // @ts-expect-error a number
    next.rollback({ app: 'hello', to: '3' }, 'x')
    // @ts-expect-error no such strategy
    next.deployImage({ app: 'hello', image, strategy: 'at once' }, 'x')
    // @ts-expect-error image is needed
    expect(next.pushImage({}, 'x').arguments).toEqual({})
  })

  test.each(Object.entries(offered))('%s takes what the tool of that name takes', (name, input) => {
    const tool = catalogue.find((each) => each.name === name)
    expect(tool?.flags).toBe(input)
  })
})

describe('a call of the journal', () => {
  test('is offered again as it was', () => {
    const args = { app: 'hello', target: 'prod' }
    expect(recalled('build_image', args, 'again')).toEqual({
      tool: 'build_image',
      arguments: args,
      why: 'again',
    })
  })

  test.each([
    ['values that were not written down', { app: 'hello', build_args: hidden({ TOKEN: 'x' }) }],
    ['a secret that was redacted', { app: 'hello', build_args: { URL: 'https://[redacted]@x' } }],
    ['fields that the tool does not have', { app: 'hello', port: 8080 }],
  ])('is not offered with %s', (_what, args) => {
    expect(recalled('build_image', args, 'again')).toBeUndefined()
  })

  test('is not offered where there is no such tool', () => {
    expect(recalled('toString', {}, 'again')).toBeUndefined()
  })
})

test('what is given is what differs from the defaults, lists and objects too', () => {
  const request = shipInput.parse({ app: 'hello', env: { A: '1' }, skip_test: true })
  expect(given(shipInput, request)).toEqual({ app: 'hello', env: { A: '1' }, skip_test: true })
})
