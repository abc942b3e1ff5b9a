import { execFile } from 'node:child_process'
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createJournal } from '../../src/journal/create-journal.js'
import type { Journal, JournalLine } from '../../src/journal/journal.js'
import type { Log } from '../../src/log.js'
import { projectRoot } from '../support/paths.js'

const warnings: string[] = []
const log = { warn: (_details: unknown, text: string) => warnings.push(text) } as unknown as Log
const at = '2026-11-23T10:00:00.000Z'
const maxFileBytes = 10_000

let folder: string
let file: string

beforeEach(async () => {
  warnings.length = 0
  folder = await mkdtemp(join(tmpdir(), 'flyops-rotation-'))
  file = join(folder, 'journal.jsonl')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function open(maxBytes = maxFileBytes): Journal {
  return createJournal({ file, redact: (text) => text, log, maxFileBytes: maxBytes })
}

function started(id: string, app = 'hello'): JournalLine {
  const place = { pid: 42, platform: 'registry.fly.io', tool: 'deploy_image', app }
  return { event: 'started', id, at, ...place, args: {} }
}

const ended = (id: string): JournalLine => ({
  event: 'ended',
  id,
  at,
  status: 'done',
  durationMs: 1,
})

async function deploy(journal: Journal, id: string, app?: string): Promise<void> {
  await journal.append(started(id, app))
  await journal.append({ event: 'noted', id, at, facts: { toml: `app = "${id}"` } })
  await journal.append(ended(id))
}

async function deployMany(count: number, journal = open(), name = 'job'): Promise<void> {
  for (let n = 0; n < count; n += 1) await deploy(journal, `${name}-${n}`)
}

const files = async () => (await readdir(folder)).sort()
const lastOf = (count: number) => Array.from({ length: 5 }, (_, n) => `job-${count - 5 + n}`)

describe('a journal that grows', () => {
  test('begins new files, and what was done is remembered as before', async () => {
    const journal = open()
    await deploy(journal, 'rare', 'rarely-deployed')
    await deployMany(500, journal)
    expect(await files()).toEqual([
      'journal.1.jsonl',
      'journal.2.jsonl',
      'journal.3.jsonl',
      'journal.4.jsonl',
      'journal.5.jsonl',
      'journal.jsonl',
      'journal.kept.jsonl',
    ])
    const { operations, damagedLines } = await open().read()
    expect(damagedLines).toBe(0)
    expect(operations).toHaveLength(51)
    expect(operations[0]).toMatchObject({
      id: 'rare',
      app: 'rarely-deployed',
      facts: { toml: 'app = "rare"' },
      end: { status: 'done' },
    })
    expect(operations.slice(-5).map(({ id }) => id)).toEqual(lastOf(500))
    expect(operations.every(({ end }) => end !== undefined)).toBe(true)
    expect(warnings).toEqual([])
  })

  test('keeps each file small, and for its owner alone', async () => {
    await deployMany(500)
    for (const name of await files()) {
      const { size, mode } = await stat(join(folder, name))
      expect([name, mode & 0o777]).toEqual([name, 0o600])
      expect(size).toBeLessThan(3 * maxFileBytes)
    }
  })

  test('keeps the newest files whole, for people', async () => {
    await deployMany(300)
    const older = await readFile(join(folder, 'journal.2.jsonl'), 'utf8')
    const newer = await readFile(join(folder, 'journal.1.jsonl'), 'utf8')
    expect(older.length).toBeGreaterThanOrEqual(maxFileBytes)
    const ids = [...`${older}${newer}`.matchAll(/"started","id":"job-(\d+)"/g)].map(([, n]) =>
      Number(n),
    )
    expect(ids).toEqual(ids.map((_, index) => Number(ids[0]) + index))
  })

  test('that nobody ever rotated is, when it is read', async () => {
    await deployMany(500, open(1e9))
    const { operations } = await open().read()
    expect(operations.slice(-5).map(({ id }) => id)).toEqual(lastOf(500))
    expect(await files()).toEqual(['journal.1.jsonl', 'journal.kept.jsonl'])
    await deploy(open(), 'next')
    expect((await open().read()).operations.at(-1)?.id).toBe('next')
  })

  test('says that it leaves lines behind that cannot be read', async () => {
    await deployMany(20)
    await appendFile(file, 'no line of a journal\n')
    await deployMany(20)
    expect(warnings).toEqual(['the journal leaves lines behind that cannot be read'])
    expect((await open().read()).damagedLines).toBe(0)
  })

  test('hides nothing from who reads while a new file is begun', async () => {
    const count = 80
    let written = 0
    const write = async () => {
      const journal = open(2_000)
      for (; written < count; written += 1)
        await deploy(journal, `job-${written}`, `app-${written}`)
    }
    const read = async () => {
      while (written < count) {
        const least = written
        const { operations } = await open(1e9).read()
        const ids = new Set(operations.map(({ id }) => id))
        const missing = Array.from({ length: least }, (_, n) => `job-${n}`).filter(
          (id) => !ids.has(id),
        )
        expect(missing).toEqual([])
      }
    }
    await Promise.all([write(), ...Array.from({ length: 4 }, read)])
  })

  test('tells who reads it again of what was written since, in the same moment too', async () => {
    const reader = open()
    for (let n = 0; n < 20; n += 1) {
      await deploy(open(), `job-${n}`)
      const reading = await reader.read()
      expect(reading.operations).toHaveLength(n + 1)
      expect(await reader.read()).toBe(reading)
    }
  })
})

describe('whoever was killed in the middle of it', () => {
  /** What a whole journal remembers, and its lines once more in the state that was left. */
  async function leave(state: (moving: string) => Promise<void>): Promise<readonly string[]> {
    await deployMany(20)
    const { operations } = await open().read()
    await state(join(folder, 'journal.moving.jsonl'))
    return operations.map(({ id }) => id)
  }

  test.each<[string, (moving: string) => Promise<void>]>([
    ['having moved the file', (moving) => rename(file, moving)],
    [
      'having moved it, and others wrote since',
      async (moving) => {
        await rename(file, moving)
        await writeFile(file, '')
      },
    ],
    [
      'having kept what is needed of it',
      async (moving) => {
        await copyFile(file, join(folder, 'journal.kept.jsonl'))
        await rename(file, moving)
      },
    ],
    [
      'having written half of what is needed',
      async (moving) => {
        await rename(file, moving)
        await writeFile(join(folder, 'journal.kept.jsonl.tmp'), '{"event":"started","id":"ha')
      },
    ],
  ])('%s, loses nothing', async (_name, state) => {
    const ids = await leave(state)
    const idsNow = async () => (await open().read()).operations.map(({ id }) => id)
    expect(await idsNow()).toEqual(ids)
    // The next one goes on where that one stopped.
    await deployMany(30, open(), 'later')
    expect(await idsNow()).toEqual([...ids, ...Array.from({ length: 30 }, (_, n) => `later-${n}`)])
    expect(await files()).not.toContain('journal.moving.jsonl')
    expect(await files()).not.toContain('journal.kept.jsonl.tmp')
  })
})

describe('a journal that cannot begin a new file', () => {
  test('goes on in the old one, says so once, and is read', async () => {
    // Nothing can be put in the place of a folder that is not empty.
    await mkdir(join(folder, 'journal.kept.jsonl', 'x'), { recursive: true })
    const journal = open()
    await deployMany(100, journal)
    expect(warnings).toEqual(['no new file of the journal can be begun'])
    await rm(join(folder, 'journal.kept.jsonl'), { recursive: true })
    const { operations } = await journal.read()
    expect(operations.slice(-5).map(({ id }) => id)).toEqual(lastOf(100))
    // It does not try again with every line.
    expect(await files()).toEqual(['journal.jsonl', 'journal.moving.jsonl'])
  })
})

describe('a journal that cannot be read', () => {
  test('is an error, and not empty', async () => {
    await mkdir(file)
    const expected = {
      code: 'journal_unreadable',
      who: 'human',
      message: expect.stringContaining('EISDIR'),
    }
    await expect(open().read()).rejects.toMatchObject(expected)
    await rm(file, { recursive: true })
    expect(await open().read()).toEqual({ operations: [], damagedLines: 0 })
  })
})

test('many processes that write and rotate at once lose no line', {
  timeout: 120_000,
}, async () => {
  const processes = 4
  const each = 150
  const program = join(folder, 'writer.mjs')
  await build({
    stdin: {
      contents: `
        import { createJournal } from './src/journal/create-journal.ts'
        const [, , file, name] = process.argv
        const log = { warn: (details, text) => console.error(text, details) }
        const journal = createJournal({ file, redact: (text) => text, log, maxFileBytes: ${maxFileBytes} })
        const place = { at: '${at}', pid: process.pid, platform: 'registry.fly.io', tool: 'deploy_image' }
        for (let n = 0; n < ${each}; n += 1) {
          const id = name + '-' + n
          await journal.append({ event: 'started', id, ...place, app: id, args: {} })
          await journal.append({ event: 'ended', id, at: '${at}', status: 'done', durationMs: n })
          if (n % 25 === 0) await journal.read()
        }`,
      resolveDir: projectRoot,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  })
  const run = promisify(execFile)
  const state = join(folder, 'state', 'journal.jsonl')
  const outcomes = await Promise.all(
    Array.from({ length: processes }, (_, n) =>
      run(process.execPath, [program, state, `writer-${n}`]),
    ),
  )
  expect(outcomes.map(({ stderr }) => stderr)).toEqual(outcomes.map(() => ''))
  const journal = createJournal({ file: state, redact: (text) => text, log, maxFileBytes })
  const { operations, damagedLines } = await journal.read()
  expect(damagedLines).toBe(0)
  expect(operations.filter(({ end }) => end !== undefined)).toHaveLength(processes * each)
  expect(await readdir(join(folder, 'state'))).toContain('journal.1.jsonl')
})
