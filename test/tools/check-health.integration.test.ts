import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ToolContext } from '../../src/flow/context.js'
import type { Probe, SendProbe } from '../../src/health/probe.js'
import { checkHealth } from '../../src/tools/check-health.js'
import { fakeFlyctl } from '../support/fake-programs.js'
import type { Play, Script } from '../support/played.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-health-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const http = { checks: [{ path: '/' }], ports: [{ handlers: ['http'] }] }
const crashes = Array.from({ length: 3 }, () => ({
  type: 'exit',
  timestamp: Date.now(),
  request: { exit_event: { exit_code: 4 } },
}))
const healthy = { state: 'started', checks: [{ name: 'c', status: 'passing' }] }
const crashed = { state: 'stopped', events: [...crashes, { type: 'launch', timestamp: 1 }] }

function status(app: string, machine: object, release = 7): Play {
  const config = { metadata: { fly_release_version: String(release) }, services: [http] }
  return {
    stdout: JSON.stringify({
      Name: app,
      Hostname: `${app}.fly.dev`,
      Version: release,
      Organization: { Slug: 'acme' },
      Machines: [{ id: 'm1', config, ...machine }],
    }),
  }
}

function call(script: Script, args: object) {
  const flyctl = fakeFlyctl({ folder, script })
  const sendProbe: SendProbe = async ({ url }): Promise<Probe> => {
    const answered = {
      url,
      latencyMs: 1,
      bodyExcerpt: '',
      body: '',
      isStream: false,
      error: undefined,
    }
    return { ...answered, status: 200, redirect: undefined, redirectPath: undefined }
  }
  const journal = { read: async () => ({ operations: [], damagedLines: 0 }) }
  const context = { flyctl, sendProbe, journal, signal: new AbortController().signal }
  return checkHealth.call(args, context as unknown as ToolContext)
}

describe('an app that ends by itself', () => {
  const said = 'panic: open /mnt/prices.csv: no such file or directory'
  const logs = { stdout: JSON.stringify({ message: said, instance: 'm1' }, undefined, 4) }

  test('is told with its last words, its log and the way back', async () => {
    const { output } = await call({ status: status('web', crashed), logs }, { app: 'web' })
    expect(output).toMatchObject({
      verdict: 'unhealthy',
      reasons: [
        'Machine m1 ended by itself 3 times since its last update, last with exit code 4, and is stopped.',
        `Machine m1 logged: ${said}`,
      ],
      machines: [{ exits: 3 }],
      next: [
        { tool: 'get_logs', arguments: { app: 'web', machine: 'm1' } },
        { tool: 'rollback', arguments: { app: 'web' } },
      ],
    })
  })

  test('from its first release on has nothing to go back to', async () => {
    const { output } = await call({ status: status('web', crashed, 1), logs }, { app: 'web' })
    expect(output.next).toMatchObject([{ tool: 'get_logs' }, { tool: 'list_releases' }])
  })
})

describe('several apps', () => {
  test('are judged in one call, the gravest first, with those that cannot be judged', async () => {
    const script = {
      'status --app good': status('good', healthy),
      'status --app bad': status('bad', crashed),
      'status --app gone': { stderr: 'Error: Could not find App "gone"\n', exit: 1 },
    }
    const { output, summary } = await call(script, { apps: ['good', 'gone', 'bad', 'good'] })
    expect(output).toMatchObject({
      verdict: 'unhealthy',
      apps: [
        { app: 'bad', verdict: 'unhealthy', release: 7 },
        { app: 'gone', verdict: 'unknown', error: 'app_not_found' },
        { app: 'good', verdict: 'healthy' },
      ],
      next: [{ tool: 'get_logs', arguments: { app: 'bad' } }],
    })
    expect(summary).toMatch(/^bad is unhealthy: Machine m1 ended .* good is healthy: /)
    const calls = (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')
    expect(calls.filter((line) => line.includes('--app good'))).toHaveLength(1)
  })

  test.each([{}, { app: 'web', apps: ['web'] }])('or one: %j is refused', async (args) => {
    await expect(call({}, args)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('give either `app` or `apps`'),
    })
  })
})
