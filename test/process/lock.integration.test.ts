import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { identityText, ownIdentity } from '../../src/process/identity.js'
import { type Lock, lockHolder, takeLock } from '../../src/process/lock.js'
import { useLockTakers } from '../support/lock-takers.js'

const startTaker = useLockTakers()
const lost: unknown[] = []

let folder: string
let path: string

beforeEach(async () => {
  lost.length = 0
  folder = await mkdtemp(join(tmpdir(), 'flyops-lock-'))
  path = join(folder, 'hello.lock')
})
afterEach(async () => {
  expect(lost).toEqual([])
  await rm(folder, { recursive: true, force: true })
})

function attempt(note = 'ours') {
  return takeLock({ path, note, onLost: (error) => lost.push(error) })
}

async function take(): Promise<Lock> {
  const outcome = await attempt()
  if (outcome.kind === 'taken') return outcome.lock
  throw new Error(`it is held by ${outcome.holder?.note}`)
}

/** The file of a holder that no process here ever was. */
async function leave(holder: string): Promise<string> {
  await mkdir(path, { recursive: true })
  const file = join(path, `${holder}-0123abcd`)
  await writeFile(file, 'theirs')
  return file
}

async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(child, 'exit')
  return child.pid ?? 0
}

test('a lock is held by one at a time, and the other learns by whom', async () => {
  const lock = await take()
  expect(await attempt('other')).toEqual({
    kind: 'held',
    holder: { process: ownIdentity(), note: 'ours' },
  })
  expect((await lockHolder(path))?.note).toBe('ours')
  await lock.release()
  expect(await lockHolder(path)).toBeUndefined()
  await (await take()).release()
  expect(await readdir(folder)).toEqual([])
})

describe('a lock whose process is gone', () => {
  test('is free at once where it was killed', async () => {
    const taker = await startTaker(path)
    expect(await taker.tell('take')).toBe('taken')
    expect(await attempt()).toMatchObject({ kind: 'held', holder: { note: `by ${taker.pid}` } })
    await taker.kill()
    await (await take()).release()
  })

  test('is free at once where its number is another process’s now', async () => {
    const self = ownIdentity()
    await leave(identityText({ ...self, startTicks: String(Number(self.startTicks) - 1) }))
    await (await take()).release()
  })

  test('goes to one of many processes that want it at the same moment', async () => {
    const takers = await Promise.all(Array.from({ length: 6 }, () => startTaker(path)))
    const pid = await endedPid()
    for (let round = 0; round < 40; round += 1) {
      await leave(identityText({ ...ownIdentity(), pid }))
      const words = await Promise.all(takers.map((taker) => taker.tell('take')))
      expect(words.filter((word) => word === 'taken')).toHaveLength(1)
      await takers[words.indexOf('taken')]?.tell('release')
    }
  })

  test('stays held while a child that it shared the lock with goes on', async () => {
    const child = spawn('sleep', ['60'])
    const taker = await startTaker(path)
    await taker.tell('take')
    expect(await taker.tell(`share ${child.pid}`)).toBe('shared')
    await taker.kill()
    expect(await attempt()).toMatchObject({ kind: 'held', holder: { note: `by ${taker.pid}` } })
    child.kill('SIGKILL')
    await once(child, 'exit')
    await (await take()).release()
  })
})

describe('a holder that cannot be looked at', () => {
  test.each([
    ['on another machine', { boot: '00000000' }],
    ['in another container', { space: '00000000' }],
  ])('%s holds the lock as long as its heart beats', async (_where, elsewhere) => {
    const file = await leave(identityText({ ...ownIdentity(), ...elsewhere }))
    expect(await attempt()).toMatchObject({ kind: 'held', holder: { note: 'theirs' } })
    const longAgo = new Date(Date.now() - 16_000)
    await utimes(file, longAgo, longAgo)
    await (await take()).release()
  })
})

test('a release leaves the lock alone that somebody else has taken since', async () => {
  const lock = await take()
  await rm(path, { recursive: true })
  const next = await take()
  await lock.release()
  expect(await attempt()).toMatchObject({ kind: 'held' })
  await next.release()
})

test('files that no holder has written do not keep the lock', async () => {
  await mkdir(path)
  await writeFile(join(path, '.DS_Store'), '')
  await (await take()).release()
})
