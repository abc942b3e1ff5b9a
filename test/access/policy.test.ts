import { describe, expect, test } from 'vitest'
import { checkToolNames, coreTools, readPolicy } from '../../src/access/policy.js'

const read = (text: { apps?: string; tools?: string }) =>
  readPolicy({ readOnly: false, apps: text.apps, tools: text.tools })

describe('a policy', () => {
  test('allows all that no flag bounds', () => {
    expect(read({})).toEqual({ readOnly: false, apps: ['*'], tools: ['*'] })
  })

  test('is names with commas; core stands for the tools of the basic flow', () => {
    expect(read({ apps: 'staging-*, hello' }).apps).toEqual(['staging-*', 'hello'])
    expect(read({ tools: 'core,get_logs' }).tools).toEqual([...coreTools, 'get_logs'])
    expect(read({ tools: 'all' }).tools).toEqual(['*'])
  })

  // `--apps "$APPS"` with nothing in the variable must not allow every app.
  test.each(['', ',', 'a,,b', 'a b', '/', 'Hello'])('refuses the names %j', (text) => {
    expect(() => read({ apps: text })).toThrow('--apps')
    expect(() => read({ tools: text })).toThrow('--tools')
  })

  test('names tools that there are', () => {
    const known = ['doctor', ...coreTools]
    expect(() => checkToolNames(read({ tools: 'core,get_*' }), known)).not.toThrow()
    expect(() => checkToolNames(read({ tools: 'deploy' }), known)).toThrow('"deploy"')
  })
})
