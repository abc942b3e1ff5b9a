import type { AppStatus, Machine, MachineExit } from '../fly/flyctl.js'
import { cutText } from '../process/plain-text.js'
import type { Probe } from './probe.js'

export const verdicts = ['healthy', 'degraded', 'unhealthy', 'stopped', 'unknown'] as const

export type Verdict = (typeof verdicts)[number]

/** All that the verdict rests on; flyctl's exit status is no part of it. */
export interface Evidence {
  readonly status: AppStatus
  /** Absent for an app that takes no requests. */
  readonly probe: Probe | undefined
  /** What every machine should carry. */
  readonly expectedDigest?: string | undefined
  /** What the body of the probe should contain. */
  readonly expectedText?: string | undefined
}

export interface Judgement {
  readonly verdict: Verdict
  /** Sentences, the gravest first. */
  readonly reasons: readonly string[]
}

/** Judges by what runs, what the checks say and what an outside GET gets. */
export function judge(evidence: Evidence): Judgement {
  const { machines } = evidence.status
  if (machines.length === 0)
    return say('unknown', 'The app has no machines: nothing is deployed yet.')
  const probeFault = faultOfProbe(evidence)
  const started = machines.filter(({ state }) => state === 'started')
  if (machines.every(isIdle) && (evidence.probe === undefined || probeFault)) {
    return say('stopped', 'No machine is started.', ...(probeFault ? [probeFault] : []))
  }
  const digestFaults = faultsOfDigest(machines, evidence.expectedDigest)
  const machineFaults = machines.flatMap((machine) => faultOfMachine(machine) ?? [])
  const faults = [
    ...theFirst(digestFaults),
    ...theFirst(machineFaults),
    ...(probeFault ? [probeFault] : []),
    ...theFirst(restartsBehind(machines, probeFault)),
    ...theFirst(faultsOfRelease(machines)),
  ]
  if (faults.length === 0) return { verdict: 'healthy', reasons: proofs(evidence, started) }
  const serves =
    probeFault === undefined &&
    digestFaults.length < machines.length &&
    started.some((machine) => faultOfMachine(machine) === undefined)
  return { verdict: serves ? 'degraded' : 'unhealthy', reasons: faults }
}

function say(verdict: Verdict, ...reasons: readonly string[]): Judgement {
  return { verdict, reasons }
}

const shownFaults = 5

/** An app may have thousands of machines: of the others, only how many there are. */
function theFirst(faults: readonly string[]): readonly string[] {
  const others = faults.length - shownFaults
  return others <= 0
    ? faults
    : [...faults.slice(0, shownFaults), `Such faults: ${others} more, left out here.`]
}

/** At rest because somebody or Fly's proxy stopped it; not one that ended by itself or is about to start. */
function isIdle({ state, lastExit, hostReachable }: Machine): boolean {
  return ['stopped', 'suspended'].includes(state) && lastExit === undefined && hostReachable
}

function faultsOfDigest(
  machines: readonly Machine[],
  digest: string | undefined,
): readonly string[] {
  if (digest === undefined) return []
  return machines
    .filter(({ imageDigest }) => imageDigest !== digest)
    .map(({ id, imageDigest, release }) => {
      const carried = imageDigest ?? 'an unknown digest'
      return `Machine ${id} carries ${carried} (release ${release ?? '?'}) instead of ${digest}.`
    })
}

const shownMachines = 10

/** A roll-out that stopped half way leaves two releases in one process group: one sentence for each such group. */
export function faultsOfRelease(machines: readonly Machine[]): readonly string[] {
  const groups = Map.groupBy(machines, ({ processGroup }) => processGroup)
  return [...groups.values()].flatMap((group) => {
    if (new Set(group.map(({ release }) => release)).size < 2) return []
    const carried = group.map(({ id, release }) => `${id} release ${release ?? 'unknown'}`)
    const others =
      carried.length > shownMachines ? `, and ${carried.length - shownMachines} more` : ''
    const shown = carried.slice(0, shownMachines).join(', ')
    return [`The machines run different releases: ${shown}${others}.`]
  })
}

/** A machine in a crash loop is started at times: how it ended before tells why it does not work. */
function restartsBehind(
  machines: readonly Machine[],
  probeFault: string | undefined,
): readonly string[] {
  return machines.flatMap((machine) => {
    const { id, state, lastExit, hostReachable } = machine
    if (state !== 'started' || lastExit === undefined || !hostReachable) return []
    if (probeFault === undefined && faultOfMachine(machine) === undefined) return []
    return `Machine ${id} was started again after its process ${describeExit(lastExit)}.`
  })
}

/** What is wrong with a machine by itself, as a sentence; undefined where nothing is. */
export function faultOfMachine(machine: Machine): string | undefined {
  const { id, state, lastExit } = machine
  if (!machine.hostReachable) return `The host of machine ${id} is unreachable.`
  if (state !== 'started') {
    if (lastExit !== undefined)
      return `Machine ${id} is ${state} after its process ${describeExit(lastExit)}.`
    return isIdle(machine) && machine.hasService ? undefined : `Machine ${id} is ${state}.`
  }
  const failing = machine.checks.find(({ status }) => status !== 'passing')
  if (failing !== undefined) {
    const said = cutText(failing.output.replaceAll(/\s+/g, ' '), 300)
    return `Check ${failing.name} of machine ${id} is ${failing.status}${said && `: ${said}`}`
  }
  if (machine.checksConfigured > 0 && machine.checks.length === 0) {
    return `The checks of machine ${id} have not reported yet.`
  }
  return undefined
}

/** How a machine's process ended last: "ended with exit code 1". */
function describeExit({ exitCode, oomKilled }: MachineExit): string {
  return oomKilled
    ? `was killed for lack of memory (exit code ${exitCode})`
    : `ended with exit code ${exitCode}`
}

function faultOfProbe({ probe, expectedText }: Evidence): string | undefined {
  if (probe === undefined) {
    return expectedText === undefined
      ? undefined
      : 'The app takes no requests, so nothing can answer with the expected text.'
  }
  if (probe.status === undefined)
    return `GET ${probe.url} got no answer: ${probe.error ?? 'unknown'}.`
  if (probe.redirect !== undefined) {
    const instead =
      probe.redirectPath === undefined
        ? 'let the path itself answer 2xx'
        : `use the path ${probe.redirectPath}`
    return `GET ${probe.url} answers ${probe.status} and points to ${probe.redirect}; checks do not follow redirects: ${instead}.`
  }
  if (probe.status < 200 || probe.status > 299) return `GET ${probe.url} answers ${probe.status}.`
  if (expectedText !== undefined && !probe.bodyExcerpt.includes(expectedText)) {
    return `GET ${probe.url} answers ${probe.status}, but not with the expected text${probe.isStream ? ' by now: it is a stream' : ''}.`
  }
  return undefined
}

function passing(checks: number): string {
  return checks === 1 ? 'Its one check passes.' : `All ${checks} checks pass.`
}

function proofs(
  { probe, expectedDigest }: Evidence,
  started: readonly Machine[],
): readonly string[] {
  const checks = started.flatMap((machine) => machine.checks)
  const unchecked =
    probe === undefined
      ? 'No checks are configured.'
      : 'No checks are configured: the GET from outside is the only proof.'
  const reasons = [
    `${started.length} ${started.length === 1 ? 'machine is' : 'machines are'} started.`,
    checks.length === 0 ? unchecked : passing(checks.length),
  ]
  if (expectedDigest !== undefined) reasons.push('Every machine carries the expected digest.')
  if (probe !== undefined) {
    const stream = probe.isStream ? '; the answer is a stream, which goes on' : ''
    reasons.push(`GET ${probe.url} answers ${probe.status} in ${probe.latencyMs} ms${stream}.`)
  }
  return reasons
}
