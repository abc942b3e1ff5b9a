import type { Platform } from '../platform/platform.js'
import type { CheckStatus } from '../platform/rows.js'
import { type HealthCheck, healthChecks } from './check-list.js'
import { probe } from './probe.js'

export interface CheckLoops {
  /** Begins a started machine's checks; an empty address refuses them. */
  start(machine: string, address: () => string): void
  stop(machine: string): void
  close(): void
}

/** Until a check passes for the first time it is asked this often, and more so while most apps start: deploys are quick. */
const eagerMs = 500
const startingMs = 20
const startsWithinMs = 300
/** After so long without a pass it is asked at its own interval. */
const eagerForMs = 120_000

/** The checks of one start of a machine. */
interface CheckRun {
  readonly address: () => string
  readonly startedAtMs: number
  /** Names of the checks that have passed at least once. */
  readonly passed: Set<string>
  /** The next question of each check. */
  readonly timers: Map<string, NodeJS.Timeout>
}

/** Runs the health checks of all started machines and records how they stand. */
export function createCheckLoops({ machines, clock }: Platform): CheckLoops {
  const runs = new Map<string, CheckRun>()

  function record(machine: string, status: CheckStatus): void {
    const current = machines.find(machine)?.checks ?? []
    machines.setChecks(
      machine,
      current.map((check) => (check.name === status.name ? status : check)),
    )
  }

  async function ask(machine: string, check: HealthCheck, run: CheckRun): Promise<void> {
    const { passing, output } = await askAt(run.address(), check)
    if (runs.get(machine) !== run) return
    const { name, graceMs, intervalMs } = check
    const ageMs = clock.now() - run.startedAtMs
    if (passing) run.passed.add(name)
    const hasPassed = run.passed.has(name)
    const excused = !hasPassed && ageMs < graceMs
    const status = passing ? 'passing' : excused ? 'warning' : 'critical'
    record(machine, { name, status, output, updatedAt: at(clock.now()) })
    const eager = !hasPassed && ageMs < eagerForMs
    const eagerly = ageMs < startsWithinMs ? startingMs : eagerMs
    const delayMs = eager ? Math.min(eagerly, intervalMs) : intervalMs
    run.timers.set(
      name,
      setTimeout(() => void ask(machine, check, run), delayMs),
    )
  }

  /** All checks of a machine say the same, as long as none has been asked. */
  function recordAll(machine: string, output: string): readonly HealthCheck[] {
    const config = machines.find(machine)?.config
    const checks = config === undefined ? [] : healthChecks(config)
    const status = { status: 'warning', output, updatedAt: at(clock.now()) } as const
    machines.setChecks(
      machine,
      checks.map(({ name }) => ({ name, ...status })),
    )
    return checks
  }

  function end(machine: string): void {
    for (const timer of runs.get(machine)?.timers.values() ?? []) clearTimeout(timer)
    runs.delete(machine)
  }

  return {
    start(machine, address) {
      end(machine)
      const checks = recordAll(machine, 'waiting for status update')
      const run = {
        address,
        startedAtMs: clock.now(),
        passed: new Set<string>(),
        timers: new Map(),
      }
      runs.set(machine, run)
      for (const check of checks) void ask(machine, check, run)
    },
    stop(machine) {
      end(machine)
      recordAll(machine, "the machine hasn't started")
    },
    close() {
      for (const machine of [...runs.keys()]) end(machine)
    },
  }
}

async function askAt(address: string, check: HealthCheck) {
  if (address !== '') return probe(check, address)
  return { passing: false, output: 'connect: connection refused' }
}

function at(ms: number): string {
  return new Date(ms).toISOString()
}
