import { describe, expect, test } from 'vitest'
import { createRedact, createRedaction } from '../../src/process/redact.js'
import { cpuMsOf } from '../support/cpu-time.js'

function redactionOf(value: string, known?: readonly string[]) {
  const { redact, hide } = createRedaction(createRedact([]))
  hide(value, known)
  return redact
}

const pem = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASC
qX7Lk2/odd+line
-----END PRIVATE KEY-----
`

describe('a value that was handed over is cut out', () => {
  test.each([
    ['alone', 'hush4711', 'hush4711', '[redacted]'],
    [
      'in a sentence',
      'hush4711',
      'it is hush4711, twice hush4711!',
      'it is [redacted], twice [redacted]!',
    ],
    ['with blanks around it in its file', ' hush4711\n', '<hush4711>', '<[redacted]>'],
    ['in JSON', 'say "hush" <4711>', '{"it":"say \\"hush\\" <4711>"}', '{"it":"[redacted]"}'],
    ['in JSON of Go', 'a<hush>&4711', '"a\\u003chush\\u003e\\u00264711"', '"[redacted]"'],
    ['in an address', 'hush 4711/é', '?key=hush%204711%2F%C3%A9&x', '?key=[redacted]&x'],
    ['in base64', 'hush-4711-hush', `x ${btoa('hush-4711-hush')} x`, 'x [redacted]= x'],
    ['a line of it', pem, 'read: qX7Lk2/odd+line.', 'read: [redacted].'],
    ['all of it', pem, `<${pem}>`, '<[redacted]\n>'],
    ['what a line assigns', "A=b\nTOKEN='hush-4711'\n", 'with hush-4711', 'with [redacted]'],
    ['what a line of YAML says', 'a: b\ntoken: hush-4711\n', 'with hush-4711', 'with [redacted]'],
    ['a password in it', 'postgres://me:hush%204711@db/x', 'hush 4711?', '[redacted]?'],
    [
      'a key in its JSON, as a program prints it',
      JSON.stringify({ type: 'account', private_key: pem }),
      'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
      '[redacted]',
    ],
    ['a number long enough', '4711471147114711', '4711471147114711', '[redacted]'],
  ])('%s', (_where, value, text, clean) => {
    expect(redactionOf(value)(text)).toBe(clean)
  })

  test('the longer of two that begin alike goes whole', () => {
    const { redact, hide } = createRedaction(createRedact([]))
    hide('hush4711')
    hide('hush4711-and-more')
    expect(redact('hush4711-and-more, hush4711')).toBe('[redacted], [redacted]')
  })

  test.each([
    ['the end of an excerpt', 'it is hush4711-hu', 'it is [redacted]'],
    ['the end of a line in an excerpt', 'it is hush4711-hu…\nnext', 'it is [redacted]…\nnext'],
  ])('where %s has cut it', (_where, text, clean) => {
    expect(redactionOf('hush4711-hush')(text)).toBe(clean)
    expect(redactionOf('hush4711-hush')('it is hush4711-hu, and more')).toContain('hush4711-hu,')
  })

  test('among thousands, in no time', () => {
    const lines = Array.from({ length: 20_000 }, (_value, index) => `AAAAAAAAAAAA${index}aB/`)
    const { redact, hide } = createRedaction(createRedact([]))
    const tookMs = cpuMsOf(() => {
      hide(lines.join('\n'))
      expect(redact('x AAAAAAAAAAAA19999aB/ x')).toBe('x [redacted] x')
      redact('ordinary text, '.repeat(20_000))
    })
    expect(tookMs).toBeLessThan(5_000)
  })
})

describe('ordinary text stays', () => {
  test.each([
    ['a short value', 'hush', 'hush'],
    ['a word', 'production', 'NODE_ENV=production'],
    ['a number', '5432', 'port 5432'],
    ['an address of the network', '127.0.0.1', 'on 127.0.0.1:80'],
    ['a site', 'https://api.example.com', 'GET https://api.example.com/v1'],
    ['a rule between lines', '================', '================'],
    [
      'short lines of a text',
      'PORT=8080\nNODE_ENV=production\nDEBUG=true\n',
      'true production 8080',
    ],
    ['the beginning of an address', 'postgres://joe:hush4711@db/app', 'connecting to postgres'],
    ['short strings of JSON', '{"type":"account-type","port":8080}', 'account-type 8080'],
  ])('beside %s', (_what, value, text) => {
    expect(redactionOf(value)(text)).toBe(text)
  })

  test('where everybody may see it', () => {
    const redact = redactionOf('my-app-name-1', ['my-app-name-1.fly.dev'])
    expect(redact('my-app-name-1 is healthy')).toBe('my-app-name-1 is healthy')
  })
})
