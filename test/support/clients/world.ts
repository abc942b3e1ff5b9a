import { createHash } from 'node:crypto'
import type { LocalImage, RemoteImage } from '../../../src/docker/docker.js'
import type { AppStatus, Machine, Release } from '../../../src/fly/flyctl.js'
import type { SourceState } from '../../../src/git/git.js'
import type { Probe } from '../../../src/health/probe.js'

export const registryHost = 'registry.fly.io'

export interface AppInMemory extends AppStatus {
  /** Newest first. */
  readonly releases: readonly Release[]
  readonly secrets: readonly string[]
  /** What its newest release was deployed with; tests set it for what others have deployed. */
  readonly config: Readonly<Record<string, unknown>>
}

/** What comes of a deploy. */
export interface RollOut {
  /** How the machine then is. */
  readonly machine?: Partial<Machine>
  /** flyctl fails with it at the end. */
  readonly error?: string
  /** flyctl fails before any machine is changed. */
  readonly changesNothing?: true
}

/** A commit, an engine, the registry and Fly in memory: plain data that tests read and change. */
export interface World {
  source: SourceState
  /** Images of the engine, by reference. */
  readonly local: Map<string, LocalImage>
  /** Images of the registry, by reference: with the tag, and with the digest. */
  readonly registry: Map<string, Extract<RemoteImage, { kind: 'found' }>>
  readonly apps: Map<string, AppInMemory>
  /** Of the deploys to come, in order; where there is none any more, all goes well. */
  readonly rollOuts: RollOut[]
  /** What differs from 200 in what a GET gets. */
  answer: Partial<Probe>
  /** What was done, in order, such as `push registry.fly.io/hello:1a2b3c4`; looking is not in it. */
  readonly done: string[]
}

const commit = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'

/** A clean commit, and nothing else anywhere. */
export function createWorld(): World {
  return {
    source: {
      root: '/project',
      commit,
      shortCommit: commit.slice(0, 7),
      committedAt: '2026-01-02T03:04:05Z',
      sourceUrl: undefined,
      dirtyPaths: [],
      dirtyDigest: undefined,
      unfilteredPaths: [],
      ignoredPaths: [],
      lfsPointers: [],
      deployConfigs: [],
      contentDigest: '0c0ffee0',
    },
    local: new Map(),
    registry: new Map(),
    apps: new Map(),
    rollOuts: [],
    answer: {},
    done: [],
  }
}

/** From now on the work tree is another clean commit: 9a2b3c4. */
export function changeCommit(world: World): void {
  const other = `9${commit.slice(1)}`
  changeNothingBut(world, other)
  world.source = { ...world.source, contentDigest: '9c0ffee0' }
}

/** A clean commit that changes nothing of what the builder gets: 8a2b3c4. */
export function changeElsewhere(world: World): void {
  changeNothingBut(world, `8${commit.slice(1)}`)
}

function changeNothingBut(world: World, other: string): void {
  world.source = { ...world.source, commit: other, shortCommit: other.slice(0, 7) }
}

/** A release whose check does not pass. */
export const failedChecks: RollOut = {
  machine: {
    checks: [
      {
        name: 'servicecheck-00-http-8080',
        status: 'critical',
        output: '500',
        updatedAtMs: undefined,
      },
    ],
  },
  error: 'Error: timeout reached waiting for health checks to pass for machine m-hello',
}

/** `sha256:…` of a text. */
export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
