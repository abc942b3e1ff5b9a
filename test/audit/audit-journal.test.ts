import { expect, test } from 'vitest'
import { auditJournal } from '../../src/audit/audit-journal.js'
import type { Journal, JournalLine } from '../../src/journal/journal.js'

function openAudit() {
  const told: Record<string, unknown>[] = []
  const written: JournalLine[] = []
  const journal: Journal = {
    whereToLook: '',
    isWritable: async () => true,
    append: async (line) => written.push(line) > 0,
    read: async () => ({ operations: [], damagedLines: 0 }),
  }
  const tell = (line: object) => void told.push({ ...line })
  return { told, written, journal: auditJournal(journal, tell) }
}

const at = '2026-01-31T10:00:00.000Z'
const started: JournalLine = {
  event: 'started',
  id: '1',
  at,
  pid: 42,
  owner: 'anna',
  platform: 'registry.fly.io',
  tool: 'deploy_image',
  app: 'hello',
  args: { image: 'hello:1', env: { NAME: 'value' }, set: ['env.OTHER=value'] },
}
const ended: JournalLine = {
  event: 'ended',
  id: '1',
  at,
  status: 'failed',
  durationMs: 5,
  code: 'unhealthy',
  message: 'It does not serve.',
}

test('beginning and end are told, each with who did what to which app', async () => {
  const { told, written, journal } = openAudit()
  for (const line of [
    started,
    { event: 'noted', id: '1', at, facts: { toml: '' } },
    ended,
  ] as const)
    expect(await journal.append(line)).toBe(true)
  expect(written).toHaveLength(3)
  const subject = { id: '1', who: 'anna', tool: 'deploy_image', app: 'hello' }
  expect(told).toMatchObject([
    { audit: 'started', ...subject },
    { audit: 'ended', ...subject, status: 'failed', code: 'unhealthy', duration_ms: 5 },
  ])
})

test('of variables and keys the names alone are told', async () => {
  const { told, journal } = openAudit()
  await journal.append(started)
  expect(told[0]?.args).toEqual({ image: 'hello:1', env: ['NAME'], set: ['env.OTHER'] })
})
