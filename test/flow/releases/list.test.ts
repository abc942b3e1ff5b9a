import { expect, test } from 'vitest'
import type { ToolContext } from '../../../src/flow/context.js'
import { readReleases } from '../../../src/flow/releases/list.js'
import type { Machine, Release } from '../../../src/fly/flyctl.js'
import type { Operation } from '../../../src/journal/journal.js'
import { appStatus, ended, machine } from '../../support/machines.js'

const registryHost = 'registry.fly.io'
const imageOf = (tag: string) => `${registryHost}/hello:${tag}`
const commit = 'abc1234def5678901234567890abcdef12345678'

function release(version: number, tag: string, status = 'complete'): Release {
  return { version, status, image: imageOf(tag), createdAt: `day ${version}`, user: 'ada@fly.dev' }
}

interface Ended {
  readonly tool?: string
  readonly args?: Operation['args']
  readonly facts?: Operation['facts']
  readonly code?: string
  readonly result?: Record<string, unknown>
}

function operation({ tool = 'deploy_image', args = {}, facts = {}, code, result }: Ended) {
  const status = code === undefined ? ('done' as const) : ('failed' as const)
  const end = { event: 'ended' as const, id: '', at: '', status, durationMs: 1, code, result }
  const about = { id: '', tool, app: 'hello', platform: registryHost, pid: 1, startedAt: '' }
  return { ...about, args, facts, end } satisfies Operation
}

function deploy(tag: string, before: number, more: Ended): Operation {
  return operation({ ...more, facts: { toml: 't', image: imageOf(tag), release_before: before } })
}

interface World {
  readonly machines: readonly Machine[]
  readonly releases: readonly Release[]
  readonly operations?: readonly Operation[]
}

function list({ machines, releases, operations = [] }: World) {
  const parts = {
    registryHost,
    signal: new AbortController().signal,
    flyctl: { status: async () => appStatus(...machines), releases: async () => releases },
    journal: { read: async () => ({ operations, damagedLines: 0 }) },
  }
  return readReleases({ app: 'hello', limit: 10 }, parts as unknown as ToolContext)
}

const crashing = machine({
  release: 3,
  state: 'stopped',
  ...ended(2),
  commit,
})

test('the release that the machines carry is the current one in a crash loop too, and none serves', async () => {
  const releases = [release(3, 'bad', 'failed'), release(2, 'two'), release(1, 'one')]
  const found = await list({ machines: [crashing], releases })
  expect(found.releases.map(({ version, current }) => [version, current])).toEqual([
    [3, true],
    [2, false],
    [1, false],
  ])
  expect(found).toMatchObject({ serving: 'none', live: expect.stringMatching(/does not serve/) })
})

test('after half of a roll-out the rows say how many machines carry each, and which one serves', async () => {
  const releases = [release(3, 'bad', 'failed'), release(2, 'two')]
  const others = [machine({ id: 'm2', release: 2 }), machine({ id: 'm3', release: 2 })]
  const found = await list({ machines: [crashing, ...others], releases })
  expect(found.serving).toBe(2)
  expect(found.releases).toMatchObject([
    { version: 3, machines: 1, current: true },
    { version: 2, machines: 2, current: false },
  ])
})

test('commits come from the machines, from what was built here, and from tags of others', async () => {
  const built = { image: imageOf('mine'), commit: 'f'.repeat(40) }
  const found = await list({
    machines: [machine({ release: 4, commit })],
    releases: [release(4, 'v4'), release(3, 'mine'), release(2, '1a2b3c4'), release(1, 'latest')],
    operations: [operation({ tool: 'build_image', result: built })],
  })
  expect(found.releases.map((each) => each.commit)).toEqual([
    commit,
    'f'.repeat(40),
    '1a2b3c4',
    undefined,
  ])
  expect(found.releases.some((each) => 'dirty' in each)).toBe(false)
  expect(found.releases[2]).toMatchObject({ user: 'ada@fly.dev', created_at: 'day 2' })
})

test('an image of uncommitted changes is told from its commit', async () => {
  const image = imageOf('abc1234-dirty-0a0b0c0d')
  const found = await list({
    machines: [machine({ release: 3, commit, image })],
    releases: [release(3, 'abc1234-dirty-0a0b0c0d'), release(2, '1a2b3c4-dirty-0a0b0c0d')],
  })
  expect(found.releases).toMatchObject([
    { commit, dirty: true },
    { commit: '1a2b3c4', dirty: true },
  ])
  expect(found.live).toBe('Release 3 (commit abc1234 with uncommitted changes) serves.')
})

test('the journal tells verdicts, rollbacks and attempts that made no release', async () => {
  const found = await list({
    machines: [machine({ release: 3 })],
    releases: [release(3, 'one'), release(2, 'two', 'failed'), release(1, 'one')],
    operations: [
      deploy('one', 0, { result: { release: 1, verdict: 'healthy' } }),
      deploy('two', 1, { code: 'image_not_found' }),
      deploy('two', 1, { code: 'unhealthy' }),
      deploy('one', 2, {
        tool: 'rollback',
        args: { app: 'hello', to: 1 },
        result: { release: 3, verdict: 'healthy' },
      }),
      deploy('two', 3, { code: 'deploy_failed' }),
    ],
  })
  const facts = found.releases.map(({ verdict, rollback_of, failed_attempts }) => ({
    verdict,
    rollback_of,
    failed_attempts,
  }))
  expect(facts).toEqual([
    { verdict: 'healthy', rollback_of: 1, failed_attempts: 1 },
    { verdict: 'unhealthy', rollback_of: undefined, failed_attempts: undefined },
    { verdict: 'healthy', rollback_of: undefined, failed_attempts: 1 },
  ])
})

test('a release that set_secrets made has the verdict of its restart', async () => {
  const result = { release: 2, verdict: 'healthy' }
  const { releases } = await list({
    machines: [machine({ release: 2 })],
    releases: [release(2, 'one', 'failed'), release(1, 'one')],
    operations: [operation({ tool: 'set_secrets', result })],
  })
  expect(releases).toMatchObject([
    { version: 2, verdict: 'healthy', made_by: 'set_secrets' },
    { version: 1 },
  ])
  expect(releases[1]?.verdict).toBeUndefined()
})
