import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAppLocks } from '../../src/jobs/app-locks.js'
import type { Log } from '../../src/log.js'

const warnings: unknown[] = []
const log = { warn: (details: unknown) => warnings.push(details) } as unknown as Log
const holder = { jobId: '0123456789abcdef', pid: 42, since: '2026-11-23T10:00:00.000Z' }

let folder: string

beforeEach(async () => {
  warnings.length = 0
  folder = await mkdtemp(join(tmpdir(), 'flyops-locks-'))
})
afterEach(async () => {
  await chmod(folder, 0o700)
  await rm(folder, { recursive: true, force: true })
})

function locks(inside = folder) {
  return createAppLocks({ folder: inside, log })
}

async function take(app: string, from = locks()) {
  const lock = await from.take(app, holder)
  if (lock.kind === 'held') throw new Error(`${app} is held`)
  return lock
}

test('an app is held by one at a time, and the other learns by whom', async () => {
  const lock = await take('fly-hello')
  expect(await locks().take('fly-hello', { ...holder, pid: 43 })).toEqual({ kind: 'held', holder })
  await lock.release()
  await (await take('fly-hello')).release()
  expect(await locks().holder('fly-hello')).toBeUndefined()
})

test('other apps are free', async () => {
  const lock = await take('fly-hello')
  const other = await locks().take('fly-other', { ...holder, pid: 43 })
  expect(other.kind).toBe('taken')
  expect(await locks().holder('fly-other')).toMatchObject({ pid: 43 })
  expect(await locks().holder('fly-hello')).toEqual(holder)
  if (other.kind === 'taken') await other.release()
  await lock.release()
})

test('of many who want it at once, one gets it', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, () => locks().take('fly-hello', holder)),
  )
  const taken = outcomes.filter((outcome) => outcome.kind === 'taken')
  expect(taken).toHaveLength(1)
  await taken[0]?.release()
})

test('an app stays held by the flyctl of a flyops that is gone', async () => {
  const child = spawn('sleep', ['60'])
  const lock = await take('fly-hello')
  lock.guard(child.pid ?? 0)
  // The lock without the file of this process, as it lies there once that was killed.
  const path = join(folder, 'fly-hello.lock')
  const ours = (await readdir(path)).filter((name) => name.startsWith(`${process.pid}-`))
  for (const name of ours) await rm(join(path, name))
  expect(await locks().take('fly-hello', { ...holder, pid: 43 })).toEqual({ kind: 'held', holder })
  expect(await locks().holder('fly-hello')).toEqual(holder)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await take('fly-hello')).release()
})

test('a state folder that cannot be made keeps nobody from deploying', async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  const lock = await take('fly-hello', locks(join(file, 'locks')))
  await lock.release()
  expect(warnings).toHaveLength(1)
})
