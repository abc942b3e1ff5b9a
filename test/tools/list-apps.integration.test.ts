import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ToolContext } from '../../src/flow/context.js'
import { listApps } from '../../src/tools/list-apps.js'
import { fakeFlyctl } from '../support/fake-programs.js'
import type { Script } from '../support/played.js'

const app = (name: string, isDeployed: boolean) => ({
  Name: name,
  AppURL: '',
  Hostname: `${name}.fly.dev`,
  Status: isDeployed ? 'deployed' : 'pending',
  Deployed: isDeployed,
  Organization: { Slug: 'acme', Name: 'Acme' },
})
const list = (...apps: readonly object[]) => ({ stdout: JSON.stringify(apps) })
const refusal = (text: string) => ({ stderr: `Error: failed to list apps: ${text}\n`, exit: 1 })

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-apps-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Calls the tool on a flyctl that plays a script; only what list_apps uses is there. */
function call(script: Script, args: object = {}, mayUseApp = (_app: string) => true) {
  const flyctl = fakeFlyctl({ folder, script })
  const journal = { read: async () => ({ operations: [], damagedLines: 0 }) }
  const context = { flyctl, journal, mayUseApp, signal: new AbortController().signal }
  return listApps.call(args, context as unknown as ToolContext)
}

const calls = async () => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')

describe('the list of apps', () => {
  test('costs one call, and one for each app that runs and is shown', async () => {
    const names = ['web-1', 'web-2', 'web-3']
    const { output } = await call(
      {
        'apps list': list(...names.map((name) => app(name, true)), app('new', false)),
        status: { stdout: JSON.stringify({ ...app('web-1', true), Machines: [] }) },
      },
      { limit: 2 },
    )
    expect(output).toMatchObject({ apps: [{ app: 'web-1' }, { app: 'web-2' }], total: 4 })
    expect(await calls()).toHaveLength(3)
  })

  test('asks nothing about an app that was never deployed', async () => {
    const { output } = await call({ 'apps list': list(app('new', false)) })
    expect(output).toMatchObject({ apps: [{ app: 'new', org: 'acme', status: 'pending' }] })
    expect(await calls()).toEqual(['apps list --json'])
  })

  test('judges what a first deploy that failed has left, which Fly calls not deployed', async () => {
    const first = { ...app('first', false), Status: 'deployed' }
    const status = { ...first, Machines: [{ id: 'm1', state: 'starting' }] }
    const { output } = await call({
      'apps list': list(first),
      status: { stdout: JSON.stringify(status) },
    })
    expect(output).toMatchObject({
      apps: [{ verdict: 'unhealthy', reason: 'Machine m1 is starting.' }],
    })
  })

  test('keeps an app whose status cannot be asked', async () => {
    const { output } = await call({
      'apps list': list(app('web', true)),
      status: { stderr: 'Error: server on fire\n', exit: 1 },
    })
    expect(output).toMatchObject({ apps: [{ app: 'web', status: 'deployed', verdict: 'unknown' }] })
  })

  test('tells idle apps from crashed ones, without asking them', async () => {
    const at = Date.now()
    const exit = (requested_stop: boolean) => ({
      type: 'exit',
      timestamp: at,
      request: { exit_event: { exit_code: 4, requested_stop } },
    })
    const machine = (...events: readonly object[]) => ({
      id: 'm1',
      state: 'stopped',
      image_ref: { registry: 'registry.fly.io', repository: 'web', tag: '1a2b3c4-dirty-0a0b0c0d' },
      config: { metadata: { fly_release_version: '7' } },
      events: [...events, { type: 'launch', timestamp: at }],
    })
    const status = (app: string, ...events: readonly object[]) => ({
      stdout: JSON.stringify({ Name: app, ...organized, Machines: [machine(...events)] }),
    })
    const organized = { Hostname: 'web.fly.dev', Organization: { Slug: 'acme' } }
    const { output, summary } = await call({
      'apps list': list(app('idle', true), app('crashed', true)),
      'status --app idle': status('idle', exit(true)),
      'status --app crashed': status('crashed', exit(false)),
    })
    expect(output).toMatchObject({
      apps: [
        { app: 'idle', verdict: 'stopped' },
        {
          app: 'crashed',
          verdict: 'unhealthy',
          reason:
            'Machine m1 ended by itself once since its last update, with exit code 4, and is stopped.',
          release: 7,
          commit: '1a2b3c4',
          dirty: true,
        },
      ],
      next: [{ tool: 'check_health', arguments: { app: 'crashed' } }],
    })
    expect(summary).toBe('Apps (2 of 2): idle (stopped), crashed (unhealthy).')
  })

  test('is of one organization, where it is named, and of names that match', async () => {
    const two = list(app('web', false), app('worker', false))
    const { output } = await call({ 'apps list': two }, { org: 'acme', match: 'work' })
    expect(output).toMatchObject({ apps: [{ app: 'worker' }], total: 1 })
    expect(await calls()).toEqual(['apps list --org acme --json'])
  })

  test('leaves out the apps that the caller may not use', async () => {
    const two = list(app('web', false), app('worker', false))
    const one = await call({ 'apps list': two }, {}, (name) => name === 'worker')
    expect(one.output).toMatchObject({ apps: [{ app: 'worker' }], total: 1 })
    expect(one.summary).toBe('Apps (1 of 1): worker (unknown).')
    const none = await call({ 'apps list': two }, {}, () => false)
    expect(none.summary).toBe('Apps (0 of 0): none.')
  })
})

test.each(['Not authorized to access this organization', 'unauthorized'])(
  'a token that may not list is told what may: %s',
  async (text) => {
    await expect(call({ 'apps list': refusal(text) })).rejects.toMatchObject({
      code: 'not_authenticated',
      remedy: expect.stringMatching(/token of one app.*may not list.*check_health/),
    })
  },
)

test('who is not logged in is told to log in first', async () => {
  const refused = call({ 'apps list': refusal('no access token available') })
  await expect(refused).rejects.toMatchObject({ remedy: expect.stringMatching(/^Run `fly auth/) })
})
