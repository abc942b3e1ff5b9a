import type { AppStatus, Machine } from '../fly/flyctl.js'
import {
  atFirstSight,
  describeExits,
  isForgiven,
  isLoop,
  keepsEnding,
  type Moment,
  youthOf,
} from './exits.js'
import { faultOfMachine, isIdle } from './machine-fault.js'
import type { Probe } from './probe.js'
import { faultOfProbe } from './probe-fault.js'
import { proofs } from './proofs.js'
import { faultsOfDigest, faultsOfRelease } from './release-faults.js'
import type { Sightings } from './sightings.js'

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
  /** Whether nobody says which path must answer 2xx. */
  readonly isUnasked?: boolean | undefined
  /** Whether its machines have just been updated: then checks that pass must have passed for a while. */
  readonly isNew?: boolean | undefined
  /** What earlier looks saw. */
  readonly sightings?: Sightings | undefined
}

export interface Judgement {
  readonly verdict: Verdict
  /** Sentences, the gravest first. */
  readonly reasons: readonly string[]
  /** Whether it may be another one in some seconds, without anybody's doing. */
  readonly mayChange: boolean
  /** Whether a machine was started too short a time ago to be believed. */
  readonly isYoung: boolean
  /** After how long such machines are; undefined where there is none, or more is missing than time. */
  readonly provenInMs: number | undefined
}

/** Judges by what runs, how it ended before, what the checks say and what an outside GET gets. */
export function judge(evidence: Evidence): Judgement {
  const { status, probe, expectedDigest, sightings } = evidence
  const { machines } = status
  const moment = { ...atFirstSight(), ...(sightings && { seen: sightings.of }) }
  if (machines.length === 0)
    return say('unknown', 'The app has no machines: nothing is deployed yet.')
  const probeFault = faultOfProbe(evidence)
  const started = machines.filter(({ state }) => state === 'started')
  if (machines.every(isIdle) && (probe === undefined || probeFault)) {
    return say('stopped', 'No machine is started.', ...(probeFault ? [probeFault] : []))
  }
  const digestFaults = faultsOfDigest(machines, expectedDigest)
  const young = youngOnes(evidence, moment)
  const past = pastExits(machines, moment)
  const passing = [
    ...theFirst(digestFaults),
    ...theFirst(machines.flatMap((machine) => faultOfMachine(machine, moment) ?? [])),
    ...(probeFault ? [probeFault] : []),
    ...theFirst(faultsOfRelease(machines)),
    ...young.said,
  ]
  const faults = [...passing, ...theFirst(past.counting)]
  if (faults.length === 0) {
    const reasons = [...proofs(machines, probe, expectedDigest !== undefined), ...past.forgiven]
    return say('healthy', ...reasons)
  }
  const serves =
    probeFault === undefined &&
    digestFaults.length < machines.length &&
    started.some((machine) => faultOfMachine(machine, moment) === undefined) &&
    !hasGroupThatEnds(machines, moment)
  const isFinal =
    passing.length === 0 ||
    probe?.redirect !== undefined ||
    digestFaults.length === machines.length ||
    machines.some((machine) => isLoop(machine, moment))
  const verdict = serves ? 'degraded' : 'unhealthy'
  const reasons = [...faults, ...theFirst(past.forgiven)]
  const isYoung = young.said.length > 0
  const provenInMs = isYoung && faults.length === young.said.length ? young.leftMs : undefined
  return { verdict, reasons, mayChange: !isFinal, isYoung, provenInMs }
}

function say(verdict: Verdict, ...reasons: readonly string[]): Judgement {
  return { verdict, reasons, mayChange: false, isYoung: false, provenInMs: undefined }
}

const shownFaults = 5

/** An app may have thousands of machines: of the others, only how many there are. */
function theFirst(faults: readonly string[]): readonly string[] {
  const others = faults.length - shownFaults
  return others <= 0
    ? faults
    : [...faults.slice(0, shownFaults), `Such faults: ${others} more, left out here.`]
}

/** Ends by themselves of machines that work since: those that count, and those that are only told. */
function pastExits(machines: readonly Machine[], moment: Moment) {
  const past = machines.filter(
    (machine) =>
      machine.state === 'started' && machine.exits.length > 0 && !keepsEnding(machine, moment),
  )
  const tell = (machine: Machine) => `${describeExits(machine, moment)}; it is up since.`
  return {
    counting: past.filter((machine) => !isForgiven(machine, moment)).map(tell),
    forgiven: past.filter((machine) => isForgiven(machine, moment)).map(tell),
  }
}

/** A machine may end a moment after the look that finds it started, or its checks passing for the first time. */
function youngOnes({ status: { machines }, isNew = false }: Evidence, moment: Moment) {
  const isDoubted = ({ checksConfigured }: Machine) => isNew || checksConfigured === 0
  const young = machines.filter(isDoubted).flatMap((machine) => {
    const youth = youthOf(machine, moment)
    return youth === undefined || faultOfMachine(machine, moment) !== undefined
      ? []
      : { ...youth, machine }
  })
  const said = young.map(({ machine, ageMs, provenMs }) => {
    const what = machine.checksConfigured > 0 ? 'passes its checks' : 'is up'
    const seconds = Math.round(ageMs / 1000)
    return `Machine ${machine.id} ${what} for ${seconds} s: whether it stays up shows after ${provenMs / 1000} s.`
  })
  return { said: theFirst(said), leftMs: Math.max(0, ...young.map(({ leftMs }) => leftMs)) }
}

/** Whether a process group ends again and again, and no machine of it works. */
function hasGroupThatEnds(machines: readonly Machine[], moment: Moment): boolean {
  const groups = Map.groupBy(machines, ({ processGroup }) => processGroup)
  return [...groups.values()].some(
    (group) =>
      group.some((machine) => keepsEnding(machine, moment)) &&
      !group.some(
        (machine) => machine.state === 'started' && faultOfMachine(machine, moment) === undefined,
      ),
  )
}
