import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { fullScope } from '../../../src/access/caller.js'
import { fullPolicy, type Policy } from '../../../src/access/policy.js'
import type { Docker } from '../../../src/docker/docker.js'
import type { FlyopsError } from '../../../src/errors.js'
import type { ToolClients } from '../../../src/flow/context.js'
import { unwatched, type Watch } from '../../../src/flow/watch.js'
import type { Flyctl } from '../../../src/fly/flyctl.js'
import type { Git } from '../../../src/git/git.js'
import type { SendProbe } from '../../../src/health/probe.js'
import { createAppLocks } from '../../../src/jobs/app-locks.js'
import { createJobs } from '../../../src/jobs/jobs.js'
import { createJournal } from '../../../src/journal/create-journal.js'
import { createLog } from '../../../src/log.js'
import { createProjectFolder } from '../../../src/project/project-folder.js'
import type { Registry } from '../../../src/registry/registry.js'
import { commandLineTools } from '../../../src/tools/catalogue.js'
import { callTool } from '../../../src/tools/tool.js'
import { dockerOf } from './docker.js'
import { flyctlOf } from './flyctl.js'
import { gitOf } from './git.js'
import { createWorld, registryHost, type World } from './world.js'

/** What is done otherwise than the world does it. */
export interface Overrides {
  readonly git?: Partial<Git>
  readonly docker?: (docker: Docker) => Partial<Docker>
  readonly flyctl?: (flyctl: Flyctl) => Partial<Flyctl>
  /** Whether Fly's remote builder builds. */
  readonly buildsAtFly?: true
  readonly env?: Readonly<Record<string, string>>
  /** What this flyops may do. */
  readonly policy?: Policy
  readonly watch?: Watch
}

/** All of flyops but its clients, which work in memory; called as MCP clients call it. */
export interface Flow {
  readonly world: World
  /** The project folder, a real one: it has a Dockerfile. */
  readonly root: string
  /** Progress so far. */
  readonly messages: readonly string[]
  write(path: string, text: string): Promise<void>
  /** The result; fails the test where the tool failed. */
  call<T = Record<string, unknown>>(tool: string, args: object, owner?: string): Promise<T>
  /** The error; fails the test where the tool did not fail. */
  fail(tool: string, args: object, owner?: string): Promise<FlyopsError>
}

const minuteMs = 60_000
const limits = { totalMs: minuteMs, silenceMs: minuteMs }

/** Open until the test has ended. */
export async function openFlow(overrides: Overrides = {}): Promise<Flow> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'flyops-flow-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const root = join(folder, 'project')
  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  await write('Dockerfile', 'FROM scratch\nCOPY . /app\n')
  const world = createWorld()
  world.source = { ...world.source, root }
  const clients = clientsOf(world, { root, state: join(folder, 'state'), overrides })
  const messages: string[] = []
  async function outcomeOf(name: string, args: object, owner = 'local') {
    const tool = commandLineTools.find((each) => each.name === name)
    if (tool === undefined) throw new Error(`there is no tool ${name}`)
    const caller = { owner, scope: fullScope }
    const parts = {
      ...clients,
      keepsWork: () => false,
      signal: new AbortController().signal,
      progress: ({ message }: { readonly message: string }) => void messages.push(message),
    }
    const permission = { policy: overrides.policy ?? fullPolicy, caller }
    const outcome = await callTool(tool, args, permission, parts)
    // A schema of an object drops what it does not name.
    if ('result' in outcome)
      expect(outcome.result.output).toEqual(tool.output.parse(outcome.result.output))
    return outcome
  }
  return {
    world,
    root,
    messages,
    write,
    async call<T>(name: string, args: object, owner?: string) {
      const outcome = await outcomeOf(name, args, owner)
      if ('error' in outcome) throw outcome.error
      return outcome.result.output as T
    },
    async fail(name, args, owner) {
      const outcome = await outcomeOf(name, args, owner)
      if ('error' in outcome) return outcome.error
      throw new Error(`${name} did not fail: ${outcome.result.summary}`)
    },
  }
}

interface Places {
  readonly root: string
  /** Folder for the journal and the locks. */
  readonly state: string
  readonly overrides: Overrides
}

function clientsOf(world: World, { root, state, overrides }: Places): ToolClients {
  const log = createLog('silent')
  const docker = dockerOf(world)
  const flyctl = flyctlOf(world)
  return {
    registryHost,
    org: undefined,
    deployGraceMs: 1_000,
    folder: createProjectFolder(root),
    git: { ...gitOf(world), ...overrides.git },
    docker: { ...docker, ...overrides.docker?.(docker) },
    flyctl: { ...flyctl, ...overrides.flyctl?.(flyctl) },
    registry: overrides.buildsAtFly && registryOf(world),
    sendProbe: probeOf(world),
    jobs: createJobs({
      shutdown: new AbortController().signal,
      now: () => performance.now(),
      bounds: { all: 10, perCaller: 10 },
      keeper: 'local',
    }),
    appLocks: createAppLocks({ folder: join(state, 'locks'), log }),
    journal: createJournal({ file: join(state, 'journal.jsonl'), redact: (text) => text, log }),
    limits: { build: limits, push: limits, deploy: limits, ship: limits },
    sources: {
      gitHosts: ['github.com'],
      gitToken: undefined,
      timeoutMs: minuteMs,
      maxBytes: 1_000_000,
    },
    env: overrides.env ?? {},
    hide: () => {},
    waitMs: minuteMs,
    pid: process.pid,
    log,
    watch: overrides.watch ?? unwatched,
  }
}

function registryOf(world: World): Registry {
  return {
    inspect: async (image, token) =>
      token === 'fm2_of-joe'
        ? (world.registry.get(image) ?? { kind: 'absent' })
        : { kind: 'unauthorized', text: '401' },
  }
}

function probeOf(world: World): SendProbe {
  return async ({ url, path }) => ({
    url: `${url}${path}`,
    status: 200,
    latencyMs: 1,
    bodyExcerpt: 'Health Ok!',
    body: 'Health Ok!',
    isStream: false,
    redirect: undefined,
    redirectPath: undefined,
    error: undefined,
    ...world.answer,
  })
}
