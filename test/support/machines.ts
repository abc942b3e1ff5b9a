import type {
  AppStatus,
  Machine,
  MachineCheck,
  MachineExit,
  MachineLife,
} from '../../src/fly/flyctl.js'

export const digestA = `sha256:${'a'.repeat(64)}`
export const digestB = `sha256:${'b'.repeat(64)}`

const passing: MachineCheck = {
  name: 'servicecheck-00-http-8080',
  status: 'passing',
  output: 'Health Ok!',
  updatedAtMs: Date.parse('2026-01-01T00:00:03Z'),
}

/** A started machine whose one check passes; `changes` makes it another. */
export function machine(changes: Partial<Machine> = {}): Machine {
  return {
    id: 'm1',
    processGroup: 'app',
    region: 'ewr',
    state: 'started',
    release: 2,
    image: 'registry.fly.io/hello:1a2b3c4',
    imageDigest: digestA,
    commit: undefined,
    inputs: undefined,
    checks: [passing],
    hasService: true,
    answersHttp: true,
    checksConfigured: 1,
    exits: [],
    lastExit: undefined,
    updatesMs: [Date.parse('2026-01-01T00:00:00Z')],
    upSinceMs: Date.parse('2026-01-01T00:00:02Z'),
    hostReachable: true,
    checkPath: '/info',
    size: { cpuKind: 'shared', cpus: 1, memoryMb: 256 },
    ...changes,
  }
}

/** How a machine ended by itself, some times, and not long ago. */
export function ended(exitCode: number, times = 1): Pick<MachineLife, 'exits' | 'lastExit'> {
  const exits = Array.from({ length: times }, (_, index): MachineExit => {
    return {
      exitCode,
      oomKilled: exitCode === 137,
      isRestarted: true,
      atMs: Date.now() - (index + 1) * 6_000,
    }
  })
  return { exits, lastExit: exits[0] }
}

export function appStatus(...machines: readonly Machine[]): AppStatus {
  return {
    name: 'hello',
    org: 'personal',
    hostname: 'hello.fly.dev',
    url: 'https://hello.fly.dev',
    release: 2,
    machines,
  }
}
