import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openProgram } from './command-lines.js'

let state: string

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'flyops-fault-'))
})
afterEach(() => rm(state, { recursive: true, force: true }))

/** What `flyops sandbox fault …` prints. */
async function fault(...words: readonly string[]): Promise<string> {
  const stdout = new PassThrough({ encoding: 'utf8' })
  const line = ['sandbox', 'fault', ...words, '--state', state]
  await openProgram(stdout).parseAsync(line, { from: 'user' })
  return stdout.read() ?? ''
}

test('flyops sandbox fault adds faults, lists those that hold, and clears them', async () => {
  const requests = ['--path', '/machines', '--method', 'GET', '--status', '503', '--nth', '2']
  const first = await fault('add', 'api', 'status', ...requests, '--times', '1')
  expect(first).toMatch(/^[0-9a-f]{6} {2}api status /)
  for (const detail of ['path=/machines', 'method=GET', 'status=503', 'nth=2', 'times=1'])
    expect(first).toContain(detail)
  const second = await fault('add', 'machine', 'slow-start', '--app', 'hello', '--seconds', '8')
  expect(second).toMatch(/machine slow-start .*app=hello .*seconds=8/)
  expect(await fault('list')).toBe(first + second)
  expect(await fault('clear')).toBe('No fault holds any more.\n')
  expect(await fault('list')).toBe('No fault holds.\n')
})

test('a fault that there is not is refused', async () => {
  await expect(fault('add', 'api', 'crash')).rejects.toMatchObject({ code: 'invalid_input' })
})

test('a fault is shown by what its kind uses', async () => {
  expect(await fault('add', 'api', 'latency', '--seconds', '3')).toMatch(
    / api latency {2}seconds=3\n$/,
  )
})

test('a region that there is not is refused, with those that there are', async () => {
  await expect(fault('add', 'machine', 'unreachable', '--region', 'xyz')).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('ams, arn'),
  })
})
