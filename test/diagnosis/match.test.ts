import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { diagnose } from '../../src/diagnosis/match.js'
import texts from '../fixtures/diagnosis/texts.json' with { type: 'json' }
import { cpuMsOf } from '../support/cpu-time.js'

const harmless = readFileSync(
  new URL('../fixtures/diagnosis/harmless/flyctl-deploy-again.txt', import.meta.url),
  'utf8',
)

describe('every text is recognized', () => {
  test.each(texts)('with colours around each word: $id', ({ id, text }) => {
    const coloured = text.replace(/\S+/g, (word) => `\x1b[1;31m${word}\x1b[0m`)
    expect(diagnose(coloured)?.id).toBe(id)
  })

  test.each(texts)('as the end of a longer output: $id', ({ id, text }) => {
    expect(diagnose(`${harmless}\r\n${text}\r\n`)?.id).toBe(id)
  })

  test.each(texts.filter(({ text }) => !/^Error: |^\[|^Waiting/.test(text)))(
    'behind a GraphQL query: $id',
    ({ id, text }) => {
      const query =
        '($name: String!) { app(name: $name) { id state: status postgres:role { name } } }'
      expect(diagnose(`Error: failed to get app: failed to run query ${query}: ${text}`)?.id).toBe(
        id,
      )
    },
  )
})

test('what stands in the query itself says of no failure', () => {
  const query = 'failed to run query { app { oom_killed: true name_taken } }: '
  expect(diagnose(`${query}a message that nobody knows`)).toBeUndefined()
  expect(diagnose('{ app { oom_killed: true name_taken } }: a message')?.id).toBe('oom_killed')
})

test('a query over several lines is left out too', () => {
  expect(diagnose('failed to run query {\n  name_taken\n}: nothing known')).toBeUndefined()
})

describe('the most specific entry wins', () => {
  test('a cause, wherever it stands, before the symptom and the wrapper', () => {
    const cause = 'Out of memory: Killed process 314 (node)'
    const rest =
      "failed to fetch an image or build from source\ntimeout reached waiting for machine's state to change"
    expect(diagnose(`${cause}\n${rest}`)?.id).toBe('oom_killed')
    expect(diagnose(`${rest}\n${cause}`)?.id).toBe('oom_killed')
    expect(diagnose(rest)?.id).toBe('state_timeout')
  })

  test('more plain characters before fewer, whatever the wildcards span', () => {
    const lease = 'machine ID 28 lease currently held by x, expires at 2026-05-14T10:41:08Z'
    expect(diagnose(lease)?.id).toBe('lease_held')
    expect(diagnose(`[PM01] machines API returned an error: "${lease}"`)?.id).toBe('proxy_lease')
  })
})

describe('the stage', () => {
  const full = 'write /data/x: no space left on device'

  test('decides between entries that are equally specific', () => {
    expect(diagnose(full)?.id).toBe('no_space')
    expect(diagnose(full, { stage: 'build' })?.id).toBe('no_space')
    expect(diagnose(full, { stage: 'boot' })?.id).toBe('machine_disk_full')
    expect(diagnose(full, { stage: 'settings' })?.id).toBe('no_space')
  })

  test('never makes a less specific one win', () => {
    const text = 'Error: Validation failed: Name has already been taken'
    expect(diagnose(`${text}\nexec format error`, { stage: 'boot' })?.id).toBe('name_taken')
  })

  test('is no reason to guess', () => {
    expect(diagnose('all is well', { stage: 'deploy' })).toBeUndefined()
  })
})

describe('what the text itself tells', () => {
  test('is put into the sentences', () => {
    const text = 'Error: failed loading app config from fly-x.toml: row 12 column 9'
    expect(diagnose(text)).toMatchObject({
      cause: 'The configuration is not valid TOML at row 12, column 9.',
      remedy: expect.stringContaining('row 12, column 9'),
    })
  })

  test('is put into the call that repairs it, which names what is still missing', () => {
    expect(diagnose('could not find image "registry.fly.io/demo:1a2b3c4"')?.next).toEqual({
      tool: 'push_image',
      arguments: { image: 'registry.fly.io/demo:1a2b3c4' },
      needs: [],
      why: expect.any(String),
    })
    expect(diagnose('could not find image')?.next).toMatchObject({
      arguments: {},
      needs: ['image'],
    })
  })
})

test('256 KiB of beginnings without an end, and without a line break, take no more than seconds', () => {
  const nasty = ['lookup api.fly.io ', 'GET http://', 'failed to run query ', 'ECONNREFUSED ']
  for (const text of nasty) {
    const tookMs = cpuMsOf(() => void diagnose(text.repeat((256 * 1024) / text.length)))
    expect(tookMs).toBeLessThan(3_000)
  }
})
