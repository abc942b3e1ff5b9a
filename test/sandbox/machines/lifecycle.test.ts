import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { RunResult } from '../../../src/process/command.js'
import { fault, type NewFault } from '../../../src/sandbox/faults/fault.js'
import { createCheckLoops } from '../../../src/sandbox/machines/check-loops.js'
import type { Containers } from '../../../src/sandbox/machines/containers.js'
import { createLifecycle } from '../../../src/sandbox/machines/lifecycle.js'
import { createLogBook } from '../../../src/sandbox/machines/log-book.js'
import { createPlatform } from '../../../src/sandbox/platform/platform.js'
import { createTestClock } from '../clock.js'
import { noFaults } from '../faults/none.js'

const done: RunResult = {
  outcome: 'ok',
  exitCode: 0,
  signal: undefined,
  stdout: '',
  stderr: '',
  durationMs: 0,
}

const image = { registry: 'r', repository: 'hello', tag: '1', digest: 'sha256:0', labels: {} }

/** One machine that restarts once, each of whose starts meets the fault, on an engine that only counts. */
function createMachine(
  kind: NewFault['kind'],
  seconds = 0,
  more: Readonly<{ isAwayFirst?: boolean; auto_destroy?: boolean; pid?: number }> = {},
) {
  const clock = createTestClock()
  const platform = createPlatform({ clock })
  const killed: string[] = []
  const paused: string[] = []
  const resumed: string[] = []
  let started = 0
  const containers: Containers = {
    async start() {
      started += 1
      if (more.isAwayFirst && started === 1) return { kind: 'lost' }
      const { pid = 1 } = more
      return { kind: 'started', container: { id: `c${started}`, pid, address: '127.0.0.1' } }
    },
    ending: async () => ({ exitCode: 0, outOfMemory: false }),
    stop: async () => {},
    async kill(id) {
      killed.push(id)
    },
    async pause(id) {
      paused.push(id)
    },
    async unpause(id) {
      resumed.push(id)
    },
    exec: async () => done,
    remove: async () => {},
    logs: async () => [],
    running: async () => [],
    removeAll: async () => {},
  }
  const met = fault.parse({ id: 'f', place: 'machine', kind, seconds })
  const book = createLogBook(clock)
  const queue: (() => Promise<void>)[] = []
  const lifecycle = createLifecycle({
    platform,
    containers,
    images: { resolve: async () => undefined, engineReference: () => 'hello' },
    sandboxId: 's1',
    book,
    checks: createCheckLoops(platform),
    faults: { ...noFaults, strikeStart: () => met },
    volumeFolder: (volume) => volume,
    enqueue: (_id, task) => queue.push(task),
    signal: new AbortController().signal,
  })
  const restart = { policy: 'on-failure', max_retries: 1 }
  const { auto_destroy = false } = more
  const config = { image: 'r/hello:1', restart, auto_destroy }
  const { id } = platform.machines.create({
    app: 'hello',
    name: undefined,
    region: 'ewr',
    config,
    image,
  })
  return {
    id,
    clock,
    lifecycle,
    killed,
    paused,
    resumed,
    started: () => started,
    find: () => platform.machines.find(id),
    /** As the API records it, before anything is done. */
    update: () => platform.machines.replace(id, config, image),
    exit: () => platform.machines.find(id)?.events.find(({ type }) => type === 'exit')?.exit,
    lines: () => book.read(id).map(({ message }) => message),
    /** Does what the machine has been told to do next. */
    runNext: async () => queue.shift()?.(),
  }
}

test('a crash ends each start with exit code 1, until no restart is left', async () => {
  const machine = createMachine('crash')
  await machine.lifecycle.start(machine.id)
  expect(machine.find()?.state).toBe('started')
  await machine.lifecycle.ended(machine.id, 'c1', 0)
  expect(machine.exit()).toMatchObject({ exit_code: 1, oom_killed: false, restarting: true })
  await machine.runNext()
  await machine.lifecycle.ended(machine.id, 'c2', 0)
  expect(machine.killed).toEqual(['c1', 'c2'])
  expect(machine.exit()).toMatchObject({ exit_code: 1, restarting: false, requested_stop: false })
  expect(machine.find()?.state).toBe('stopped')
  expect(machine.lines()).toContain(' INFO Main child exited normally with code: 1')
  expect(machine.lines()).toContain('Machine exited with exit code 1')
})

test('lack of memory is told as Fly tells it', async () => {
  const machine = createMachine('oom')
  await machine.lifecycle.start(machine.id)
  await machine.lifecycle.ended(machine.id, 'c1', 0)
  expect(machine.killed).toEqual(['c1'])
  expect(machine.exit()).toMatchObject({ exit_code: 137, oom_killed: true, signal: 9 })
  expect(machine.lines()).toContainEqual(
    expect.stringMatching(/^Out of memory: Killed process \d+ /),
  )
})

test('a slow start has a running machine without an address, until its time is over', async () => {
  const machine = createMachine('slow-start', 30)
  await machine.lifecycle.start(machine.id)
  expect([machine.find()?.state, machine.killed]).toEqual(['started', []])
  machine.clock.advance(29_999)
  expect(machine.lifecycle.container(machine.id)?.address).toBe('')
  machine.clock.advance(1)
  expect(machine.lifecycle.container(machine.id)?.address).toBe('127.0.0.1')
})

test('what becomes of the old version is no news of the new one', async () => {
  const machine = createMachine('crash')
  const starting = machine.lifecycle.start(machine.id)
  machine.update()
  await starting
  expect(machine.find()?.state).toBe('replacing')
  await machine.lifecycle.ended(machine.id, 'c1', 0)
  expect(machine.find()).toMatchObject({ state: 'replacing', events: [] })
  await machine.lifecycle.replace(machine.id, true)
  expect(machine.find()?.state).toBe('started')
})

test('an engine that went away is no end of the app: it is started again', async () => {
  const machine = createMachine('slow-start', 0, { isAwayFirst: true })
  await machine.lifecycle.start(machine.id)
  expect([machine.find()?.state, machine.exit()]).toEqual(['starting', undefined])
  await machine.runNext()
  expect([machine.find()?.state, machine.started()]).toEqual(['started', 2])
})

test('a suspended machine goes on in the container that it had', async () => {
  const { id, lifecycle, find, paused, resumed, started } = createMachine('slow-start')
  await lifecycle.start(id)
  await lifecycle.suspend(id)
  expect([find()?.state, paused, resumed]).toEqual(['suspended', ['c1'], []])
  await lifecycle.start(id)
  expect([find()?.state, resumed, started()]).toEqual(['started', ['c1'], 1])
})

test('a suspended machine is thawed before it is stopped', async () => {
  const { id, lifecycle, find, resumed } = createMachine('slow-start')
  await lifecycle.start(id)
  await lifecycle.suspend(id)
  await lifecycle.stop(id)
  expect([find()?.state, resumed]).toEqual(['stopped', ['c1']])
})

test('a machine that destroys itself is gone when it stops, and not when it restarts', async () => {
  const { id, lifecycle, find } = createMachine('slow-start', 0, { auto_destroy: true })
  await lifecycle.start(id)
  await lifecycle.restart(id)
  expect(find()?.state).toBe('started')
  await lifecycle.stop(id)
  expect(find()?.state).toBe('destroyed')
})

test('a machine whose app has ended is reached no more, before the engine says so: its address may be another’s', async () => {
  const app = spawn('sleep', ['60'])
  const machine = createMachine('slow-start', 0, { pid: Number(app.pid) })
  await machine.lifecycle.start(machine.id)
  expect(machine.lifecycle.container(machine.id)?.address).toBe('127.0.0.1')
  app.kill()
  await once(app, 'exit')
  expect(machine.lifecycle.container(machine.id)?.address).toBe('')
  expect(machine.find()?.state).toBe('started')
})
