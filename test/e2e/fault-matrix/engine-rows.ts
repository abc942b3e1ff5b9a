import { join } from 'node:path'
import { canStartEngine, startEngine, type TestEngine } from '../../support/engine.js'
import { calls, type Row, type Scene } from './row.js'

/** Ends at once when it is told to: an engine that stops waits ten seconds for steps that do not. */
const endless = {
  Dockerfile: 'FROM busybox\nRUN trap "exit 1" TERM; echo endless; sleep 300 & wait\n',
}

/** /dev/shm of a step is a small disk of its own. */
const filling = {
  Dockerfile: 'FROM busybox\nRUN dd if=/dev/zero of=/dev/shm/filling bs=1M count=4096\n',
}

function noEngine({ folder }: Scene) {
  return { env: { DOCKER_HOST: `unix://${join(folder, 'no-engine.sock')}` } }
}

/** An engine that the row may stop. */
function ownEngine() {
  let engine: TestEngine | undefined
  let stopping: Promise<void> | undefined
  async function stop(): Promise<void> {
    stopping ??= engine?.stop()
    await stopping
  }
  return {
    async arrange() {
      engine = await startEngine()
      return { env: { DOCKER_HOST: engine.dockerHost }, undo: stop }
    },
    stop,
  }
}

const stopped = ownEngine()

export const engineRows: readonly Row[] = [
  {
    name: 'it is stopped before a build',
    start: { progress: 'project' },
    arrange: noEngine,
    call: calls.build,
    expected: { code: 'docker_daemon_down', diagnosis: 'docker_daemon_down', next: [] },
    leavesToml: false,
  },
  {
    name: 'it is stopped before a push',
    start: { progress: 'built' },
    arrange: noEngine,
    call: calls.push,
    expected: { code: 'docker_daemon_down', diagnosis: 'docker_daemon_down', next: [] },
    leavesToml: false,
  },
  {
    name: 'it is stopped in the middle of a build',
    canPlay: canStartEngine && process.env.DOCKER_HOST === undefined,
    start: { progress: 'project', files: endless },
    arrange: stopped.arrange,
    call: calls.build,
    meanwhile: { when: { message: 'sleep 300' }, happens: stopped.stop },
    expected: { code: 'docker_daemon_down', diagnosis: 'docker_daemon_down', next: [] },
    leavesToml: false,
  },
  {
    name: 'a step of the build fills the disk',
    start: { progress: 'project', files: filling },
    call: calls.build,
    expected: { code: 'build_failed', diagnosis: 'no_space', next: [] },
    leavesToml: false,
  },
  {
    name: 'there is no docker',
    start: { progress: 'project' },
    arrange: ({ folder }) => ({ env: { FLYOPS_DOCKER: join(folder, 'docker') } }),
    call: calls.build,
    expected: { code: 'docker_missing', next: [] },
    leavesToml: false,
  },
]
