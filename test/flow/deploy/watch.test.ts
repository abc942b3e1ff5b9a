import { describe, expect, test } from 'vitest'
import type { ToolContext } from '../../../src/flow/context.js'
import { deployInput } from '../../../src/flow/deploy/input.js'
import type { RolloutRequest } from '../../../src/flow/deploy/rollout-request.js'
import { watchRollout } from '../../../src/flow/deploy/watch.js'
import type { AppStatus, Machine } from '../../../src/fly/flyctl.js'
import { appStatus, digestA, digestB, ended, machine } from '../../support/machines.js'

const old = (id: string) => machine({ id, imageDigest: digestA, release: 1 })
const fresh = (id: string, changes: Partial<Machine> = {}) =>
  machine({ id, imageDigest: digestB, release: 2, ...changes })

const looks = 20

function rolloutOf(): RolloutRequest {
  const request = deployInput.parse({ app: 'hello', image: 'registry.fly.io/hello:two' })
  const before = { ...appStatus(old('a'), old('b'), old('c')), release: 1 }
  const image = { before, digest: digestB, warnings: [] }
  return { request, image, isWayBack: false } as unknown as RolloutRequest
}

/** What comes of a watch that sees these, one a look, and then always the last. */
async function watch(...seen: readonly (readonly Machine[])[]) {
  const messages: string[] = []
  const [ending, allUp] = [new AbortController(), new AbortController()]
  let asked = 0
  const context = {
    flyctl: {
      async status() {
        const machines = seen[Math.min(asked, seen.length - 1)] ?? []
        asked += 1
        if (asked === looks) ending.abort()
        return appStatus(...machines)
      },
    },
    progress: ({ message }: { readonly message: string }) => void messages.push(message),
  } as unknown as ToolContext
  const { crash } = await watchRollout(rolloutOf(), context, {
    ended: ending.signal,
    allUp: allUp.signal,
    leastPauseMs: 0,
    patienceMs: 1,
  })
  return { crash, asked, messages }
}

/** A watch that would look once an hour, of a flyctl that says that all is up and then ends. */
async function watchToTheEnd(status: (signal: AbortSignal | undefined) => Promise<AppStatus>) {
  const [ending, allUp] = [new AbortController(), new AbortController()]
  const context = {
    signal: new AbortController().signal,
    flyctl: {
      status: (_app: string, options: { readonly signal?: AbortSignal }) => {
        ending.abort()
        return status(options.signal)
      },
    },
    progress() {},
  } as unknown as ToolContext
  const watching = watchRollout(rolloutOf(), context, {
    ended: ending.signal,
    allUp: allUp.signal,
    leastPauseMs: 3_600_000,
  })
  allUp.abort()
  return watching
}

describe('the watch while flyctl rolls out', () => {
  test('ends at the third end of a machine, and has told of each', async () => {
    const { crash, asked, messages } = await watch(
      [fresh('a', { checks: [] }), old('b')],
      [fresh('a', { checks: [], ...ended(2) }), old('b')],
      [fresh('a', { checks: [], ...ended(2, 2) }), old('b')],
      [fresh('a', { state: 'stopped', ...ended(2, 3) }), old('b')],
    )
    expect(crash?.machine.id).toBe('a')
    expect(asked).toBe(4)
    expect(messages).toEqual([
      'Machine a ended by itself once since its last update, with exit code 2',
      'Machine a ended by itself 2 times since its last update, last with exit code 2',
      'Machine a ended by itself 3 times since its last update, last with exit code 2',
    ])
  })

  test('ends at the first end of a machine that Fly does not start again', async () => {
    const { exits } = ended(1)
    const final = exits.map((exit) => ({ ...exit, isRestarted: false }))
    const gone = { state: 'stopped', exits: final, lastExit: final[0] }
    const { crash, asked } = await watch([fresh('a', gone)])
    expect(crash?.machine.id).toBe('a')
    expect(asked).toBe(1)
  })

  test('ends where a host stays away before anything is replaced, and not where it comes back', async () => {
    const away = { ...old('a'), hostReachable: false }
    const { crash } = await watch([away, old('b')])
    expect(crash?.machine.id).toBe('a')
    expect((await watch([away, old('b')], [old('a'), old('b')])).crash).toBeUndefined()
    expect((await watch([away, fresh('b')])).crash).toBeUndefined()
  })

  test('ends where a machine ends after its checks passed, while others wait for the same', async () => {
    const { crash } = await watch([fresh('a'), old('b')], [fresh('a', ended(1)), old('b')])
    expect(crash?.machine.id).toBe('a')
  })

  test('goes on where a machine has ended once and comes up', async () => {
    const starting = { state: 'starting', checks: [], ...ended(1) }
    const { crash, asked } = await watch([fresh('a', starting)], [fresh('a', ended(1))])
    expect(crash).toBeUndefined()
    expect(asked).toBe(looks)
  })

  test('looks at once when every machine has come up, and to the end where flyctl ends meanwhile', async () => {
    const all = appStatus(fresh('a'), fresh('b'))
    const { crash, last } = await watchToTheEnd(async (signal) => {
      signal?.throwIfAborted()
      return all
    })
    expect(crash).toBeUndefined()
    expect(last).toBe(all)
  })

  test('has seen nothing where that look fails', async () => {
    const { last } = await watchToTheEnd(() => Promise.reject(new Error('flyctl failed')))
    expect(last).toBeUndefined()
  })

  test('minds no machine that has the old release', async () => {
    const { crash, messages } = await watch([{ ...old('b'), ...ended(2, 9) }])
    expect(crash).toBeUndefined()
    expect(messages).toEqual([])
  })
})
