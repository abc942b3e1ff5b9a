import { expect, test } from 'vitest'
import { toMachine } from '../../src/fly/machines.js'

const exit = (exitCode: number, requested = false) => ({
  type: 'exit',
  status: 'stopped',
  request: { exit_event: { exit_code: exitCode, oom_killed: false, requested_stop: requested } },
})
const event = (type: string) => ({ type, status: 'x' })

/** Events come newest first. */
function lastExit(...events: readonly object[]) {
  const reply = { id: 'a', state: 'started', events } as Parameters<typeof toMachine>[0]
  return toMachine(reply).lastExit
}

test('a machine that ended by itself tells how, also when it was started again', () => {
  expect(lastExit(exit(1), event('start'), event('launch'))).toMatchObject({ exitCode: 1 })
  expect(lastExit(event('start'), exit(1), event('launch'))).toMatchObject({ exitCode: 1 })
})

test('an end before the last update belongs to another release', () => {
  expect(lastExit(event('start'), event('launch'), event('update'), exit(1))).toBeUndefined()
})

test('a stop that was asked for is no failure', () => {
  expect(lastExit(exit(0, true), event('stop'), event('launch'))).toBeUndefined()
})
