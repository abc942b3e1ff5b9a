import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readLogs } from '../../src/fly/read-replies.js'
import { fakeFlyctl } from '../support/fake-programs.js'
import type { Play } from '../support/played.js'
import { ended } from '../support/run-result.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-replies-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function statusWith(output: string, changes: object = {}) {
  return {
    Name: 'hello',
    Hostname: 'hello.fly.dev',
    Organization: { Slug: 'acme' },
    Machines: [{ id: 'm1', state: 'started', checks: [{ name: 'up', status: 'passing', output }] }],
    ...changes,
  }
}

function open(status: Play, env: Readonly<Record<string, string>> = {}) {
  return fakeFlyctl({ folder, script: { status, logs: status, 'apps create': status }, env })
}

async function outputOf(play: Play): Promise<string | undefined> {
  return (await open(play).status('hello')).machines[0]?.checks[0]?.output
}

describe('a reply of flyctl', () => {
  test('may hold a text of a megabyte, of which the beginning is kept', async () => {
    const long = `began ${'x'.repeat(1_000_000)}`
    const output = await outputOf({ stdout: JSON.stringify(statusWith(long)) })
    expect(output).toMatch(/^began x+…$/)
    expect(output?.length).toBeLessThanOrEqual(500)
  })

  test('may hold what looks like a token, right before a quote: it is redacted', async () => {
    const stdout = JSON.stringify(statusWith('FlyV1 fm2_aaaaaaaaaaaaaaaa'))
    expect(await outputOf({ stdout })).toBe('FlyV1 [redacted]')
  })

  test('is redacted before it is cut', async () => {
    const stdout = JSON.stringify(statusWith(`${'x'.repeat(490)} fm2_${'a'.repeat(100)}`))
    expect(await outputOf({ stdout })).not.toContain('fm2_')
  })

  test('may hold control characters, which end no text', async () => {
    const stdout = JSON.stringify(statusWith('a\u009b'))
    expect(await outputOf({ stdout })).toBe('a\u009b')
  })

  test('may stand behind notices, coloured ones too', async () => {
    const json = JSON.stringify(statusWith('ok'), undefined, 2)
    const stdout = `\u001b[33mWARN\u001b[0m [old] {flyctl}: null\n${json}\n`
    expect(await outputOf({ stdout })).toBe('ok')
  })

  test('that is longer than 32 MiB is not read, and that is what is said', async () => {
    const stdout = JSON.stringify(statusWith('x'.repeat(33 * 2 ** 20)))
    await expect(open({ stdout }).status('hello')).rejects.toMatchObject({
      code: 'unknown_failure',
      message: expect.stringContaining('longer than 32 MiB'),
    })
  })

  test.each(['169.254.169.254', 'evil.example/', '127.0.0.1:6379', 'hello.fly.dev@evil.example'])(
    'that gives the app the address %s is not believed',
    async (Hostname) => {
      const stdout = JSON.stringify(statusWith('ok', { Hostname, AppURL: `http://${Hostname}` }))
      const refusal = {
        code: 'unknown_failure',
        message: expect.stringContaining('none of an app on Fly.io'),
      }
      await expect(open({ stdout }).status('hello')).rejects.toMatchObject(refusal)
      await expect(open({ stdout }).createApp('hello', 'acme')).rejects.toMatchObject(refusal)
    },
  )

  test('may give an app an address on loopback where the API is there', async () => {
    const stdout = JSON.stringify(statusWith('ok', { Hostname: '127.0.0.1:4300' }))
    const flyctl = open({ stdout }, { FLY_API_BASE_URL: 'http://127.0.0.1:4280' })
    expect((await flyctl.status('hello')).url).toBe('http://127.0.0.1:4300')
  })

  test('about another app is not believed', async () => {
    const stdout = JSON.stringify(statusWith('ok', { Name: 'other' }))
    await expect(open({ stdout }).status('hello')).rejects.toMatchObject({
      code: 'unknown_failure',
      message: expect.stringContaining('another app (other)'),
    })
  })

  test.each([{ id: '--all' }, { id: 'm1 --all' }, { id: '' }])(
    'gives no machine the id %j, which would become an argument',
    async (machine) => {
      const stdout = JSON.stringify(
        statusWith('', { Machines: [{ ...machine, state: 'started' }] }),
      )
      await expect(open({ stdout }).status('hello')).rejects.toMatchObject({
        message: expect.stringContaining('could not be read'),
      })
    },
  )
})

describe('the log', () => {
  const entry = (message: string) => JSON.stringify({ instance: 'm1', message }, undefined, 4)

  test('keeps lines of any length', async () => {
    const messages = ['short', 'x'.repeat(200_000), 'last']
    const flyctl = open({ stdout: messages.map(entry).join('\n') })
    expect((await flyctl.logs('hello', undefined)).map(({ message }) => message)).toEqual(messages)
  })

  test('has no secrets', async () => {
    const flyctl = open({ stdout: entry('FlyV1 fm2_aaaaaaaaaaaaaaaa') })
    expect((await flyctl.logs('hello', undefined))[0]?.message).toBe('FlyV1 [redacted]')
  })

  test('says that its beginning is missing where a reply was cut', () => {
    const reply = { text: `the end of a line"\n}\n${entry('last')}`, isCut: true }
    const lines = readLogs(ended({ reply }), (text) => text)
    expect(lines.map(({ message }) => message)).toEqual(['… earlier lines, left out here', 'last'])
  })
})
