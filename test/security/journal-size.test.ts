import { mkdir, readdir, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeJournal } from '../support/journal-files.js'
import { type StdioServer, startStdioServer } from '../support/stdio-server.js'

const megabyte = 1_000_000

let server: StdioServer
let file: string

beforeEach(async () => {
  server = await startStdioServer()
  file = join(server.stateDir, 'journal.jsonl')
})
afterEach(() => server.end())

async function call(name: string, args: object) {
  const params = { name, arguments: args }
  server.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })}\n`)
  const { result } = await server.answer()
  return { ...result?.structuredContent, code: result?._meta?.['flyops/error']?.code }
}

/** The most memory that the server ever had (proc(5)). */
async function peakBytes(): Promise<number> {
  const text = await readFile(`/proc/${server.process.pid}/status`, 'utf8')
  return 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(text)?.[1])
}

/** Of the server so far, also on a busy machine; the kernel counts in hundredths (proc(5)). */
async function cpuSeconds(): Promise<number> {
  const text = await readFile(`/proc/${server.process.pid}/stat`, 'utf8')
  const [user, system] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) / 100
}

describe('a journal of 64 MB that was never rotated', () => {
  test('is read whole, in little memory, and from then on at once', async () => {
    await call('list_images', { limit: 1 })
    const before = await peakBytes()
    await writeJournal(file, 64 * megabyte)
    expect(await call('list_images', { limit: 1 })).toMatchObject({
      // One of each app that ever built or pushed, though the newest of all are of few.
      total: expect.toSatisfy((total: number) => total >= 2 * 997),
      images: [{ image: expect.stringContaining('registry.fly.io/app-') }],
    })
    expect((await peakBytes()) - before).toBeLessThan(150 * megabyte)
    expect(await readdir(server.stateDir)).toContain('journal.kept.jsonl')
    const cpuBefore = await cpuSeconds()
    await call('list_images', { limit: 1 })
    expect((await cpuSeconds()) - cpuBefore).toBeLessThan(5)
  })
})

test('a line of 500 MB is skipped, and takes next to no memory', async () => {
  await call('list_images', {})
  const before = await peakBytes()
  await mkdir(server.stateDir, { recursive: true })
  await writeJournal(file, 1)
  await truncate(file, 500 * megabyte)
  expect(await call('list_images', { limit: 1 })).toMatchObject({
    images: [{ registry: 'unknown' }],
  })
  expect((await peakBytes()) - before).toBeLessThan(100 * megabyte)
})

describe('a journal that cannot be read', () => {
  test.each([
    ['list_images', {}],
    ['rollback', { app: 'hello' }],
    ['promote_image', { image: `registry.fly.io/hello@sha256:${'0'.repeat(64)}`, apps: ['hello'] }],
    ['get_job', { job_id: '0123456789abcdef' }],
  ])('is an error of %s, and no empty answer', async (tool, args) => {
    await mkdir(file, { recursive: true })
    expect(await call(tool, args)).toMatchObject({ code: 'journal_unreadable' })
  })

  test('is a failed check of doctor', async () => {
    await mkdir(file, { recursive: true })
    expect(await call('doctor', {})).toMatchObject({
      checks: expect.arrayContaining([
        expect.objectContaining({ name: 'journal', status: 'failed' }),
      ]),
    })
  })
})
