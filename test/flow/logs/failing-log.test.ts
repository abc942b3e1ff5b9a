import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FailingLog, readFailingLog } from '../../../src/flow/logs/failing-log.js'
import type { Machine } from '../../../src/fly/flyctl.js'
import { fakeFlyctl } from '../../support/fake-programs.js'
import { appStatus, ended, machine } from '../../support/machines.js'
import type { Play } from '../../support/played.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyops-failing-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const failing = machine({ id: 'm2', state: 'stopped', ...ended(1) })

function read(play: Play, ...machines: readonly Machine[]): Promise<FailingLog> {
  const flyctl = fakeFlyctl({
    folder,
    script: { 'logs --app hello --no-tail --json --machine m2': play },
  })
  return readFailingLog({ status: appStatus(...machines) }, { flyctl })
}

/** flyctl prints a row of objects, four spaces deep (flyctl 2026.8). */
function log(count: number): Play {
  const messages = Array.from({ length: count }, (_, index) => ({ message: `line ${index + 1}` }))
  return { stdout: messages.map((entry) => JSON.stringify(entry, undefined, 4)).join('\n') }
}

describe('the log of the machine that fails', () => {
  test('its last 20 lines, and not those of a machine that works or rests', async () => {
    const resting = machine({ id: 'm1', state: 'stopped', checks: [] })
    const { text, cause } = await read(log(25), resting, failing)
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 6}`)
    expect(text).toBe(`machine m2 logged:\n${lines.join('\n')}`)
    expect(cause).toBe('line 25')
  })

  test('that of the machine that ends again and again, beside one that is only starting, or ended once', async () => {
    const starting = machine({ id: 'm1', state: 'starting', checks: [] })
    const once = machine({ id: 'm3', state: 'stopped', ...ended(1) })
    const often = machine({ id: 'm2', state: 'starting', ...ended(3, 3) })
    const { text } = await read(log(1), starting, once, often)
    expect(text).toBe('machine m2 logged:\nline 1')
  })

  test('not what another release said, before the machine was updated', async () => {
    const at = (second: number, message: string) => ({
      timestamp: `2026-01-01T00:00:0${second}.5Z`,
      message,
    })
    const said = [at(1, 'panic: of before'), at(4, 'exit status 1')]
    const stdout = said.map((entry) => JSON.stringify(entry, undefined, 4)).join('\n')
    const updatesMs = [Date.parse('2026-01-01T00:00:03Z')]
    const { text, cause } = await read({ stdout }, { ...failing, updatesMs })
    expect(text).toBe('machine m2 logged:\nexit status 1')
    expect(cause).toBeUndefined()
  })

  test.each<[string, Play, string]>([
    ['no line', log(0), 'machine m2 logged nothing'],
    [
      'a login that may not read it',
      { stderr: 'Error: 401 Unauthorized\n', exit: 1 },
      'the logs of machine m2 are not available to this login',
    ],
    [
      'another failure',
      { stderr: 'Error: server returned a non-200 status code: 500\n', exit: 1 },
      'the logs of machine m2 could not be read',
    ],
  ])('%s is said as such', async (_name, play, expected) => {
    expect(await read(play, failing)).toEqual({ text: expected, cause: undefined })
  })

  test('an app without machines has none', async () => {
    expect(await read(log(1))).toEqual({ text: '', cause: undefined })
  })
})
