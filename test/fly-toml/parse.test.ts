import { describe, expect, test } from 'vitest'
import { FlyopsError } from '../../src/errors.js'
import { composeConfig } from '../../src/fly-toml/compose.js'

/** What composing from it raises, and how long that takes. */
function compose(text: string) {
  const base = { path: 'fly.toml', text, isTarget: false }
  const startedAt = performance.now()
  try {
    composeConfig({ app: 'hello', image: 'r/hello:1', settings: {}, base })
    return { error: undefined, ms: performance.now() - startedAt }
  } catch (error) {
    if (!(error instanceof FlyopsError)) throw error
    return { error, ms: performance.now() - startedAt }
  }
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_value, index) => `${line(index)}\n`).join('')
}

const deep = 'is nested more than 16 levels deep'
const many = 'has more than 5000 values'
const long = 'has more than 256000 characters'

describe('a configuration that no app needs is refused at once', () => {
  test.each([
    ['20,000 keys in each other', `${'a.'.repeat(20_000)}a = 1\n`, deep],
    ['a header of 20,000 tables', `[${'a.'.repeat(20_000)}a]\nx = 1\n`, deep],
    ['500 arrays in each other', `a = ${'['.repeat(500)}${']'.repeat(500)}\n`, deep],
    ['500 inline tables in each other', `a = ${'{b='.repeat(500)}1${'}'.repeat(500)}\n`, deep],
    ['100,000 arrays in each other', `a = ${'['.repeat(100_000)}`, 'is not valid TOML'],
    ['20,000 keys', lines(20_000, (index) => `a${index}=1`), many],
    ['300,000 keys', lines(300_000, (index) => `a${index}=1`), long],
    ['30,000 tables', lines(30_000, () => '[[a]]'), many],
    ['a list of 100,000', `a = [${'1,'.repeat(100_000)}]\n`, many],
    ['1 MB of one string', `a = "${'x'.repeat(1_000_000)}"\n`, long],
    ['200 KB of a string that does not end', `a = "${'x'.repeat(200_000)}\n`, 'is not valid TOML'],
    [
      'as many process groups as services',
      `[processes]\n${lines(8_000, (index) => `p${index}="x"`)}${lines(4_000, () => '[[services]]')}`,
      many,
    ],
  ])('%s', (_what, text, reason) => {
    const { error, ms } = compose(text)
    expect(error?.code).toBe('config_invalid')
    expect(error?.message).toContain(`fly.toml ${reason}`)
    expect(error?.evidence?.length ?? 0).toBeLessThan(1_000)
    expect(ms).toBeLessThan(2_000)
  })

  test('but not one that is as large as any of them is', () => {
    const env = `[env]\n${lines(500, (index) => `VALUE_${index} = "${'x'.repeat(100)}"`)}`
    const service = '[[services]]\ninternal_port = 80\n[[services.ports]]\nport = 80\n'
    expect(compose(env + lines(100, () => service)).error).toBeUndefined()
  })
})
