import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ToolContext } from '../../src/flow/context.js'
import { getLogs } from '../../src/tools/get-logs.js'
import { fakeFlyctl } from '../support/fake-programs.js'
import type { Play, Script } from '../support/played.js'

const there: Play = {
  stdout: JSON.stringify({
    Name: 'hello',
    Hostname: 'hello.fly.dev',
    AppURL: 'https://hello.fly.dev',
    Status: 'deployed',
    Organization: { Slug: 'acme' },
    Machines: [],
  }),
}
const unauthorized: Play = { stderr: 'Error: 401 Unauthorized\n', exit: 1 }

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-logs-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const now = '2026-01-31T10:00:00.123456789Z'

/** flyctl prints a row of objects, four spaces deep (flyctl 2026.8). */
function log(messages: readonly string[], timestamp = now): Play {
  const line = { level: 'info', instance: 'm1', region: 'ewr', timestamp }
  const entries = messages.map((message) => ({ ...line, message }))
  return { stdout: entries.map((entry) => JSON.stringify(entry, undefined, 4)).join('\n') }
}

interface Logs {
  readonly lines: readonly string[]
  readonly truncated: boolean
  readonly next?: readonly unknown[]
}

async function call(script: Script, args: object = {}) {
  const flyctl = fakeFlyctl({ folder, script })
  const context = { flyctl, signal: new AbortController().signal, progress() {} }
  const result = await getLogs.call({ app: 'hello', ...args }, context as unknown as ToolContext)
  return { ...result, logs: result.output as unknown as Logs }
}

describe('the lines of a log', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => `line ${index}`)

  test('are the newest, the newest last, each with its time, region and machine', async () => {
    const { logs } = await call({ logs: log(hundred) }, { lines: 2 })
    expect(logs).toEqual({
      status: 'done',
      app: 'hello',
      lines: ['2026-01-31T10:00:00Z ewr m1 line 98', '2026-01-31T10:00:00Z ewr m1 line 99'],
      truncated: true,
    })
    expect((await call({ logs: log(hundred) })).logs.lines).toHaveLength(50)
    const { logs: all } = await call({ logs: log(hundred) }, { lines: 200 })
    expect([all.lines.length, all.truncated]).toEqual([100, false])
  })

  test('may be those of one machine', async () => {
    await call({ logs: log(['x']) }, { machine: '148ed599c14189' })
    const calls = await readFile(join(folder, 'calls'), 'utf8')
    expect(calls).toBe('logs --app hello --no-tail --json --machine 148ed599c14189\n')
  })

  test('are cut, and the oldest left out, to stay below 20 kB', async () => {
    const long = hundred.slice(40).map((text) => `${text} ${'"ü'.repeat(250)}`)
    const { output, logs } = await call({ logs: log(long) }, { lines: 100 })
    expect(Buffer.byteLength(JSON.stringify(output))).toBeLessThan(20_000)
    expect(logs.truncated).toBe(true)
    expect(logs.lines.length).toBeGreaterThan(10)
    expect(logs.lines.at(-1)).toMatch(/ m1 line 99 /)
    for (const line of logs.lines) expect(line.slice(line.indexOf('line'))).toHaveLength(500)
  })

  test('are told as cut where only one is long', async () => {
    const { logs } = await call({ logs: log(['short', 'x'.repeat(501)]) })
    expect(logs).toMatchObject({
      truncated: true,
      lines: [/ short$/, /x…$/].map((said) => expect.stringMatching(said)),
    })
    expect((await call({ logs: log(['x'.repeat(500)]) })).logs.truncated).toBe(false)
  })

  test('lose their colours', async () => {
    const { logs } = await call({ logs: log(['\u001b[31mred\u001b[0m \r\n']) })
    expect(logs.lines[0]).toMatch(/ m1 red$/)
  })

  test('need not be there, which is told from an app that is not there', async () => {
    const { logs, summary } = await call({ logs: {}, status: there })
    expect(logs).toMatchObject({ lines: [], next: [{ tool: 'check_health' }] })
    expect(summary).toContain('10 s')
    const missing = { stderr: 'Error: Could not find App "hello"\n', exit: 1 }
    await expect(call({ logs: {}, status: missing })).rejects.toMatchObject({
      code: 'app_not_found',
    })
  })
})

describe('lines that are said again and again', () => {
  test('stay apart where an update of their machine lies between', async () => {
    const said = (at: string) => log(['panic: no table', 'panic: no table'], at).stdout ?? ''
    const stdout = ['2026-01-31T10:00:00Z', '2026-01-31T10:00:04Z', '2026-01-31T10:00:09Z']
      .map(said)
      .join('\n')
    const update = (at: string) => ({ type: 'update', timestamp: Date.parse(at) })
    const events = [update('2026-01-31T10:00:05Z'), update('2026-01-31T10:00:02Z')]
    const updated = { id: 'm1', state: 'started', events }
    const { stdout: app = '{}' } = there
    const status = { stdout: JSON.stringify({ ...JSON.parse(app), Machines: [updated] }) }
    const { logs } = await call({ logs: { stdout }, status })
    expect(logs.lines).toEqual([
      '2026-01-31T10:00:00Z ewr m1 panic: no table (2 times)',
      '2026-01-31T10:00:04Z ewr m1 panic: no table (2 times)',
      '2026-01-31T10:00:09Z ewr m1 panic: no table (2 times)',
    ])
  })

  test('ten thousand of them are a page', async () => {
    const flood = Array.from({ length: 10_000 }, (_, index) =>
      index % 50 === 0 ? `request ${index} failed` : 'GET /info 200',
    )
    const { output, logs } = await call({ logs: log(flood) })
    expect(logs.lines).toHaveLength(50)
    expect(logs.lines.at(-1)).toMatch(/m1 GET \/info 200 \(9800 times\)$/)
    expect(logs.lines.at(-2)).toMatch(/m1 request 9950 failed$/)
    expect(logs.truncated).toBe(true)
    expect(Buffer.byteLength(JSON.stringify(output))).toBeLessThan(5_000)
  })

  test('stand once, where they were said last, with how often', async () => {
    const cycle = (second: number) => [
      'Machine started',
      `2026-01-31T10:00:0${second % 10}Z panic: open /mnt/prices.csv`,
    ]
    const crashes = Array.from({ length: 57 }, (_, index) => cycle(index)).flat()
    const { logs } = await call({ logs: log(['hello', ...crashes, 'bye']) })
    expect(logs.lines.map((line) => line.replace(/^.* m1 /, ''))).toEqual([
      'hello',
      'Machine started (57 times)',
      '2026-01-31T10:00:06Z panic: open /mnt/prices.csv (57 times)',
      'bye',
    ])
  })

  test('10,000 lines are read within seconds, and shown within bounds', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `request ${index} ${'y'.repeat(200)}`)
    const { output, logs } = await call({ logs: log(many) }, { lines: 200 })
    expect(Buffer.byteLength(JSON.stringify(output))).toBeLessThan(20_000)
    expect(logs.lines.at(-1)).toContain('request 9999 ')
  }, 10_000)
})

describe('lines since a time', () => {
  const ago = (ms: number) => new Date(Date.now() - ms).toISOString()
  const both = {
    stdout: `${log(['old'], ago(660_000)).stdout}\n${log(['new'], ago(500_000)).stdout}`,
  }

  test('leave the older ones out', async () => {
    const { logs } = await call({ logs: both }, { since: '10m' })
    expect(logs.lines).toEqual([expect.stringMatching(/ m1 new$/)])
  })

  test('say that there are only older ones', async () => {
    const { logs, summary } = await call({ logs: both }, { since: '1m' })
    expect(logs).toMatchObject({
      lines: [],
      next: [{ tool: 'get_logs', arguments: { app: 'hello' } }],
    })
    expect(summary).toContain('these are older')
  })
})

describe('logs that cannot be read', () => {
  test('by this token are not the same as no logs', async () => {
    await expect(call({ logs: unauthorized, status: there })).rejects.toMatchObject({
      code: 'not_authenticated',
      diagnosis: 'logs_not_authorized',
      message: expect.stringContaining('not available to this token'),
      next: [{ tool: 'check_health', arguments: { app: 'hello' } }],
    })
  })

  test('for the login is no good at all say that', async () => {
    await expect(call({ logs: unauthorized, status: unauthorized })).rejects.toMatchObject({
      code: 'not_authenticated',
      message: 'Fly.io does not accept the login.',
    })
  })

  test('for there is no such app say that, though flyctl says only 404', async () => {
    const script = {
      logs: { stderr: 'Error: 404 Not Found\n', exit: 1 },
      status: { stderr: 'Error: Could not find App "hello"\n', exit: 1 },
    }
    await expect(call(script)).rejects.toMatchObject({ code: 'app_not_found' })
  })

  test('for Fly fails say what flyctl said', async () => {
    const failing = { stderr: 'Error: 503 Service Unavailable\n', exit: 1 }
    await expect(call({ logs: failing, status: there })).rejects.toMatchObject({
      code: 'unknown_failure',
      evidence: expect.stringContaining('503'),
    })
  })
})
