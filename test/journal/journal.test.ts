import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createJournal } from '../../src/journal/create-journal.js'
import type { JournalLine } from '../../src/journal/journal.js'
import type { Log } from '../../src/log.js'
import { createRedact } from '../../src/process/redact.js'

const warnings: unknown[] = []
const log = { warn: (details: unknown) => warnings.push(details) } as unknown as Log

let folder: string
let file: string

beforeEach(async () => {
  warnings.length = 0
  folder = await mkdtemp(join(tmpdir(), 'flyops-journal-'))
  file = join(folder, 'state', 'journal.jsonl')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const at = '2026-11-23T10:00:00.000Z'

function open(path = file) {
  return createJournal({ file: path, redact: createRedact(['hunter22']), log })
}

function started(id: string, args = {}): JournalLine {
  const place = { pid: 42, platform: 'registry.fly.io', tool: 'deploy_image', app: 'hello' }
  return { event: 'started', id, at, ...place, args }
}

const done: Omit<Extract<JournalLine, { event: 'ended' }>, 'id'> = {
  event: 'ended',
  at,
  status: 'done',
  durationMs: 1_200,
  result: { verdict: 'healthy' },
}

describe('the journal', () => {
  test('is empty where nothing was done yet', async () => {
    expect(await open().read()).toEqual({ operations: [], damagedLines: 0 })
    expect(warnings).toEqual([])
  })

  test('joins the lines of an operation, whoever wrote between them', async () => {
    await open().append(started('a', { image: 'x' }))
    await open().append(started('b'))
    await open().append({ event: 'noted', id: 'a', at, facts: { digest: 'sha256:1' } })
    await open().append({ event: 'noted', id: 'a', at, facts: { toml: 'app = "hello"\n' } })
    await open().append({ ...done, id: 'a' })
    const { operations } = await open().read()
    expect(operations).toMatchObject([
      {
        id: 'a',
        args: { image: 'x' },
        facts: { digest: 'sha256:1', toml: 'app = "hello"\n' },
        end: { status: 'done', durationMs: 1_200, result: { verdict: 'healthy' } },
      },
      { id: 'b', facts: {}, end: undefined },
    ])
  })

  test('is for its owner alone', async () => {
    await open().append(started('a'))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  test('holds no secrets', async () => {
    await open().append(started('a', { env: { PASSWORD: 'hunter22' } }))
    expect(await readFile(file, 'utf8')).not.toContain('hunter22')
  })

  test('of many that write at once keeps every line', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => `job-${n}`)
    await Promise.all(ids.map((id) => open().append(started(id))))
    const { operations, damagedLines } = await open().read()
    expect(operations.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    expect(damagedLines).toBe(0)
  })
})

describe('a damaged journal', () => {
  test('loses the line in whose middle somebody crashed, and no other', async () => {
    await open().append(started('a'))
    await appendFile(file, '{"event":"ended","id":"a","at')
    await open().append(started('b'))
    const { operations, damagedLines } = await open().read()
    expect(operations.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(damagedLines).toBe(1)
  })

  test('has its damaged lines skipped and counted', async () => {
    await open().append(started('a'))
    await appendFile(file, 'not json\n{"event":"unheard of"}\n\n[1]\n')
    expect(await open().read()).toMatchObject({ operations: [{ id: 'a' }], damagedLines: 3 })
  })

  test('that cannot be written is said once, and raises nothing', async () => {
    const blocked = join(folder, 'file')
    await writeFile(blocked, '')
    const journal = open(join(blocked, 'journal.jsonl'))
    expect(await journal.append(started('a'))).toBe(false)
    expect(await journal.append({ ...done, id: 'a' })).toBe(false)
    expect(warnings).toHaveLength(1)
  })
})
