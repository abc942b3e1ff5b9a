import { expect, test } from 'vitest'
import { FlyopsError } from '../../../src/errors.js'
import type { ToolContext } from '../../../src/flow/context.js'
import { takeInventory } from '../../../src/flow/images/inventory.js'
import type { Machine } from '../../../src/fly/flyctl.js'
import type { Operation } from '../../../src/journal/journal.js'

import { appStatus, digestB, machine } from '../../support/machines.js'

const registryHost = 'registry.fly.io'

interface Built {
  readonly tag: string
  readonly at: string
  /** Undefined: pushed, and built elsewhere. */
  readonly committedAt?: string
}

function operation({ tag, at, committedAt }: Built, index: number): Operation {
  const image = `${registryHost}/hello:${tag}`
  return {
    id: `${index}`,
    tool: committedAt === undefined ? 'push_image' : 'build_image',
    app: 'hello',
    platform: registryHost,
    pid: 1,
    startedAt: at,
    args: {},
    facts: committedAt === undefined ? {} : { committed_at: committedAt },
    end: { event: 'ended', id: `${index}`, at, status: 'done', durationMs: 1, result: { image } },
  }
}

async function imagesOf(built: readonly Built[], running: readonly Machine[] = []) {
  const parts = {
    registryHost,
    journal: { read: async () => ({ operations: built.map(operation), damagedLines: 0 }) },
    flyctl: { status: async () => appStatus(...running) },
    docker: {
      inspectImage: async () => undefined,
      createLogin: async () => {
        throw new FlyopsError('docker_missing', 'preflight', 'docker was not found.')
      },
    },
    mayUseApp: () => true,
    signal: new AbortController().signal,
  }
  const context = parts as unknown as ToolContext
  return (await takeInventory({ app: undefined, limit: 20 }, context)).images
}

async function tagsOf(built: readonly Built[]): Promise<readonly string[]> {
  return (await imagesOf(built)).map(({ image }) => image.split(':')[1] ?? '')
}

const older = { tag: 'older', at: '2026-11-01T10:00:00Z', committedAt: '2026-10-30T10:00:00+02:00' }
const newer = { tag: 'newer', at: '2026-11-01T11:00:00Z', committedAt: '2026-10-31T10:00:00Z' }

test('what others deployed stands first, with the commit that its label names', async () => {
  const commit = 'a'.repeat(40)
  const image = `${registryHost}/hello:by-ci`
  const images = await imagesOf([older], [machine({ image, imageDigest: digestB, commit })])
  expect(images).toMatchObject([
    { image, commit, digest: digestB, deployed_in: [{ app: 'hello', release: 2 }] },
    { image: `${registryHost}/hello:older`, deployed_in: [] },
  ])
  expect(images[0]).not.toHaveProperty('at')
})

test('images of newer commits come first, also where an older one is built or pushed again', async () => {
  const again = { ...older, at: '2026-11-02T10:00:00Z' }
  const pushed = { tag: 'older', at: '2026-11-02T11:00:00Z' }
  expect(await tagsOf([older, newer])).toEqual(['newer', 'older'])
  expect(await tagsOf([older, newer, again, pushed])).toEqual(['newer', 'older'])
})

test('of one commit the image that was built last comes first', async () => {
  const dirty = { ...newer, tag: 'newer-dirty', at: '2026-11-01T12:00:00Z' }
  expect(await tagsOf([newer, dirty, older])).toEqual(['newer-dirty', 'newer', 'older'])
})

test('an image of uncommitted changes says so', async () => {
  const dirty = { ...newer, tag: '1a2b3c4-dirty-0a0b0c0d' }
  expect((await imagesOf([dirty, older])).map((each) => each.dirty)).toEqual([true, undefined])
})

test('an image that was only pushed from here counts by that', async () => {
  const pushed = { tag: 'pushed', at: '2026-10-31T09:00:00Z' }
  expect(await tagsOf([older, pushed, newer])).toEqual(['newer', 'pushed', 'older'])
})
