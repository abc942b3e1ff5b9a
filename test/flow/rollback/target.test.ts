import { describe, expect, test } from 'vitest'
import type { RemoteImage } from '../../../src/docker/docker.js'
import type { ToolContext } from '../../../src/flow/context.js'
import { findTarget } from '../../../src/flow/rollback/target.js'
import type { Release } from '../../../src/fly/flyctl.js'
import type { Operation } from '../../../src/journal/journal.js'
import { appStatus, digestA, digestB, machine } from '../../support/machines.js'

const registryHost = 'registry.fly.io'
const imageOf = (tag: string) => `${registryHost}/hello:${tag}`

interface Deployed {
  readonly tag: string
  readonly digest: string
  readonly verdict?: string
  readonly toml?: string
}

/** Release 1, 2 … as the journal has them. */
function operation(
  { tag, digest, verdict, toml = 'app = "hello"' }: Deployed,
  index: number,
): Operation {
  return {
    id: `${index}`,
    tool: 'deploy_image',
    app: 'hello',
    platform: registryHost,
    pid: 1,
    startedAt: '',
    args: {},
    facts: { toml, digest, image: imageOf(tag) },
    end: {
      event: 'ended',
      id: `${index}`,
      at: '',
      status: verdict === undefined ? 'failed' : 'done',
      durationMs: 1,
      ...(verdict === undefined ? {} : { result: { release: index + 1, verdict } }),
    },
  }
}

interface World {
  readonly deploys: readonly Deployed[]
  /** What the machines carry. */
  readonly current: number
  readonly listed?: readonly Release[]
  /** Digests in the registry by reference; `down` is one that fails. */
  readonly registry: Readonly<Record<string, string>> | 'down'
}

function contextOf({ deploys, current, listed = [], registry }: World): ToolContext {
  async function inspectRemote(image: string): Promise<RemoteImage> {
    if (registry === 'down') return { kind: 'failed', text: 'the registry did not answer in time' }
    const digest = registry[image]
    if (digest === undefined) return { kind: 'absent' }
    return { kind: 'found', digest, configDigest: '', sizeBytes: 1, layers: 1 }
  }
  const parts = {
    registryHost,
    signal: new AbortController().signal,
    flyctl: {
      status: async () => appStatus(machine({ release: current })),
      releases: async () => listed,
      authDocker: async () => {},
    },
    docker: { createLogin: async () => ({ folder: '', remove: async () => {} }), inspectRemote },
    journal: { read: async () => ({ operations: deploys.map(operation), damagedLines: 0 }) },
  }
  return parts as unknown as ToolContext
}

const registry = { [imageOf('one')]: digestA, [imageOf('two')]: digestB, [imageOf('bad')]: digestB }
const one = { tag: 'one', digest: digestA, verdict: 'healthy' }
const two = { tag: 'two', digest: digestB, verdict: 'healthy' }
const bad = { tag: 'bad', digest: digestB }

describe('without a number', () => {
  test('a record that leaves a secret out of the settings gives the image alone', async () => {
    const toml = 'app = "hello"\n[env]\nKEY = "[redacted]"\n'
    const world = { deploys: [{ ...one, toml }, two], current: 2, registry }
    const target = await findTarget('hello', undefined, contextOf(world))
    expect(target).toMatchObject({ release: 1, image: imageOf('one'), base: undefined })
    expect(target.warnings.map(({ code }) => code)).toEqual(['unrecorded_release'])
  })

  test('the healthy release before the current one, with its own settings', async () => {
    const world = { deploys: [{ ...one, toml: 'app = "hello" # one' }, two], current: 2, registry }
    expect(await findTarget('hello', undefined, contextOf(world))).toEqual({
      release: 1,
      image: imageOf('one'),
      base: { path: 'the record of release 1', text: 'app = "hello" # one', isTarget: false },
      current: 2,
      warnings: [],
    })
  })

  test('a release that failed is passed over, and so is what runs already', async () => {
    const world = { deploys: [one, bad, one], current: 3, registry }
    await expect(findTarget('hello', undefined, contextOf(world))).rejects.toMatchObject({
      code: 'release_not_found',
    })
    const after = { deploys: [one, two, bad], current: 3, registry }
    expect(await findTarget('hello', undefined, contextOf(after))).toMatchObject({ release: 2 })
  })

  test('what others deployed is known by its image alone, and that is said', async () => {
    const release: Release = {
      version: 1,
      status: 'complete',
      image: imageOf('one'),
      createdAt: '',
      user: '',
    }
    const failed = { ...release, version: 2, status: 'failed', image: imageOf('bad') }
    const world = { deploys: [], current: 3, listed: [failed, release], registry }
    expect(await findTarget('hello', undefined, contextOf(world))).toMatchObject({
      release: 1,
      image: imageOf('one'),
      base: undefined,
      warnings: [{ code: 'unrecorded_release', cosmetic: false }],
    })
  })
})

describe('the image', () => {
  const world = { deploys: [one, two], current: 2 }

  test('goes by its digest where its tag names other content by now', async () => {
    const byDigest = `${registryHost}/hello@${digestA}`
    const moved = { ...world, registry: { [imageOf('one')]: digestB, [byDigest]: digestA } }
    expect(await findTarget('hello', 1, contextOf(moved))).toMatchObject({ image: byDigest })
  })

  test('goes by its digest, unverified, where the registry does not answer', async () => {
    expect(await findTarget('hello', 1, contextOf({ ...world, registry: 'down' }))).toMatchObject({
      image: `${registryHost}/hello@${digestA}`,
      warnings: [{ code: 'digest_unverified', cosmetic: false }],
    })
  })

  test('that is gone is said before anything is deployed', async () => {
    await expect(
      findTarget('hello', 1, contextOf({ ...world, registry: {} })),
    ).rejects.toMatchObject({
      code: 'image_not_found',
      next: [{ tool: 'list_releases' }],
    })
  })
})

test('a release that there never was is not found', async () => {
  const context = contextOf({ deploys: [one], current: 1, registry })
  await expect(findTarget('hello', 7, context)).rejects.toMatchObject({ code: 'release_not_found' })
})
