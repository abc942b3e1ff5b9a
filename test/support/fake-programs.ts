import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDocker } from '../../src/docker/create-docker.js'
import type { Docker } from '../../src/docker/docker.js'
import { createFlyctl } from '../../src/fly/create-flyctl.js'
import type { Flyctl } from '../../src/fly/flyctl.js'
import { createLog } from '../../src/log.js'
import { createRedact } from '../../src/process/redact.js'
import { createRunner } from '../../src/process/runner.js'
import { fixtureProgram } from './paths.js'
import { played, type Script } from './played.js'

export interface FakeOptions {
  /** For the list of calls, `calls`. */
  readonly folder: string
  /** Undefined: the program is not there. */
  readonly script: Script | undefined
  readonly env?: Readonly<Record<string, string>>
  /** Address of a buildkitd, where one builds. */
  readonly buildkit?: string | undefined
}

const redact = createRedact([])
const { run } = createRunner({ log: createLog('silent'), redact })
const nowhere = { program: undefined, looked: ['/nowhere'] }

/** Settings of a flyops whose docker and flyctl answer nothing; their command lines are added to the file `calls`. */
export function silentPrograms(calls: string): Record<string, string> {
  return {
    FLYOPS_DOCKER: fixtureProgram('fake-docker'),
    FAKE_DOCKER: played({}),
    FAKE_DOCKER_CALLS: calls,
    FLYOPS_FLYCTL: fixtureProgram('fake-flyctl'),
    FAKE_FLYCTL: played({}),
    FAKE_FLYCTL_CALLS: calls,
  }
}

/** The docker client on a program that plays a script. */
export function fakeDocker({ folder, script, env, buildkit }: FakeOptions): Docker {
  const program = fixtureProgram('fake-docker')
  return createDocker({
    run,
    ...(buildkit === undefined
      ? {}
      : { buildkit: { address: buildkit, certs: undefined }, isBuiltElsewhere: true }),
    find: async () => (script === undefined ? nowhere : { program, looked: [] }),
    env: {
      PATH: process.env.PATH,
      FAKE_DOCKER: played(script ?? {}),
      FAKE_DOCKER_CALLS: join(folder, 'calls'),
      ...env,
    },
  })
}

const longTextChars = 2_000

/** FAKE_FLYCTL for a script of any length: variables hold 128 KiB at most (Linux, MAX_ARG_STRLEN). */
export function writeScript(folder: string, script: Script | undefined): string {
  return played(script ?? {}, (text) => {
    if (text.length < longTextChars) return undefined
    const file = join(folder, `text-${randomUUID()}`)
    writeFileSync(file, text)
    return file
  })
}

/** The flyctl client on a program that plays a script. */
export function fakeFlyctl({ folder, script, env }: FakeOptions): Flyctl {
  const program = fixtureProgram('fake-flyctl')
  return createFlyctl({
    run,
    redact,
    find: async () => (script === undefined ? nowhere : { program, looked: [] }),
    findDocker: async () => nowhere,
    env: {
      PATH: process.env.PATH,
      FAKE_FLYCTL: writeScript(folder, script),
      FAKE_FLYCTL_CALLS: join(folder, 'calls'),
      ...env,
    },
  })
}
