import { expect, test } from 'vitest'
import { lifeOf } from '../../src/fly/machine-life.js'
import type { MachineEvent } from '../../src/fly/replies.js'

type Exit = NonNullable<NonNullable<MachineEvent['request']>['exit_event']>

const exit = (how: Exit, timestamp?: number): MachineEvent => ({
  type: 'exit',
  timestamp,
  request: { exit_event: how },
})
const event = (type: string, timestamp?: number): MachineEvent => ({ type, timestamp })

/** Events come newest first. */
function life(...events: readonly MachineEvent[]) {
  return lifeOf({ id: 'a', state: 'started', events: [...events] })
}

test('each end by itself since the last update counts, the newest first, with its time', () => {
  const crashed = life(
    event('start', 9),
    exit({ exit_code: 137, oom_killed: true, restarting: true }, 8),
    event('start', 7),
    exit({ exit_code: 4 }, 6),
    event('start', 5),
    event('launch', 4),
    event('update', 3),
    exit({ exit_code: 1 }, 2),
  )
  const killed = { exitCode: 137, oomKilled: true, isRestarted: true, atMs: 8 }
  expect(crashed).toEqual({
    exits: [killed, { exitCode: 4, oomKilled: false, isRestarted: false, atMs: 6 }],
    lastExit: killed,
    updatesMs: [4, 3],
    upSinceMs: 9,
  })
})

test('an end before the last update belongs to another release', () => {
  const updated = life(event('start'), event('launch'), exit({ exit_code: 1 }), event('update'))
  expect(updated).toMatchObject({ exits: [], lastExit: undefined })
})

test('a stop that was asked for is no end by itself, and hides none that was before it', () => {
  const stopped = life(
    exit({ requested_stop: true }),
    event('stop'),
    event('start', 6),
    exit({ exit_code: 1 }, 5),
    event('launch', 4),
  )
  expect(stopped.exits).toHaveLength(1)
  expect(stopped).toMatchObject({ lastExit: undefined, upSinceMs: undefined })
})

test('flyctl leaves an exit code of 0 out', () => {
  expect(life(exit({}), event('start'), event('launch')).lastExit).toMatchObject({ exitCode: 0 })
})

test('where the update is no longer remembered, all that is belongs to this release', () => {
  expect(life(event('start', 2), exit({ exit_code: 1 }, 1))).toMatchObject({
    exits: [{ exitCode: 1 }],
    updatesMs: [],
  })
})

test('the word of the monitor goes before that of the guest', () => {
  const request = { exit_event: {}, MonitorEvent: { exit_event: { exit_code: 3 } } }
  expect(life({ type: 'exit', request }).exits).toMatchObject([{ exitCode: 3 }])
})

test('a machine without events tells nothing', () => {
  expect(life()).toEqual({
    exits: [],
    lastExit: undefined,
    updatesMs: [],
    upSinceMs: undefined,
  })
})
