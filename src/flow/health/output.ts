import { z } from 'zod'
import type { AppStatus, Machine } from '../../fly/flyctl.js'
import type { HealthReport } from '../../health/assess.js'
import { faultOfMachine } from '../../health/machine-fault.js'
import type { Probe } from '../../health/probe.js'
import { cutText } from '../../process/plain-text.js'
import { readCommitTag } from '../commit-tag.js'
import { count } from '../fields.js'

const machineShape = z.object({
  id: z.string(),
  process: z.string(),
  region: z.string(),
  state: z.string(),
  release: count.optional(),
  checks_passing: count,
  checks_total: count,
  /** How often it ended by itself since its last update. */
  exits: count.optional(),
  image_digest: z.string().optional(),
})

const checkShape = z.object({
  name: z.string(),
  machine: z.string(),
  status: z.string(),
  output: z.string(),
})

export const probeShape = z.object({
  url: z.string(),
  status: count.optional(),
  latency_ms: count,
  body_excerpt: z.string(),
  stream: z.boolean().optional(),
  redirect: z.string().optional(),
  error: z.string().optional(),
})

/** The parts of a result that tell about health; check_health and deploy_image share them. */
export const healthShape = z.object({
  machines: z.array(machineShape),
  /** Only where not all are shown. */
  machines_total: count.optional(),
  checks: z.array(checkShape),
  checks_total: count.optional(),
  probe: probeShape.optional(),
})

/** What an app's machines carry: those that are started, else any. */
export const carriedShape = z.object({
  release: count.optional(),
  image: z.string().optional(),
  commit: z.string().optional(),
  dirty: z.boolean().optional(),
})

export function describeCarried({ machines }: AppStatus): z.output<typeof carriedShape> {
  const current = machines.find(({ state }) => state === 'started') ?? machines[0]
  const { release, image } = current ?? {}
  const tagged = readCommitTag(image)
  const commit = current?.commit ?? tagged.commit
  return {
    ...(release === undefined ? {} : { release }),
    ...(image === undefined ? {} : { image }),
    ...(commit === undefined ? {} : { commit }),
    ...(tagged.dirty ? { dirty: true } : {}),
  }
}

/** How many machines, and how many checks, a result shows; what is at fault comes first. */
const most = 20

export function describeHealth({ status, probe }: HealthReport): z.output<typeof healthShape> {
  const machines = status.machines.toSorted((a, b) => Number(isWell(a)) - Number(isWell(b)))
  const checks = machines
    .flatMap(describeChecks)
    .toSorted((a, b) => Number(a.status === 'passing') - Number(b.status === 'passing'))
  return {
    machines: machines.slice(0, most).map(describeMachine),
    ...(machines.length > most ? { machines_total: machines.length } : {}),
    checks: checks.slice(0, most),
    ...(checks.length > most ? { checks_total: checks.length } : {}),
    ...(probe === undefined ? {} : { probe: describeProbe(probe) }),
  }
}

function isWell(machine: Machine): boolean {
  return faultOfMachine(machine) === undefined
}

function describeMachine(machine: Machine): z.output<typeof machineShape> {
  const { id, processGroup, region, state, release, checks, imageDigest } = machine
  return {
    id,
    process: processGroup,
    region,
    state,
    ...(release === undefined ? {} : { release }),
    checks_passing: checks.filter(({ status }) => status === 'passing').length,
    checks_total: Math.max(checks.length, machine.checksConfigured),
    ...(machine.exits.length === 0 ? {} : { exits: machine.exits.length }),
    ...(imageDigest === undefined ? {} : { image_digest: imageDigest }),
  }
}

function describeChecks({ id, checks }: Machine): readonly z.output<typeof checkShape>[] {
  return checks.map(({ name, status, output }) => ({
    name,
    machine: id,
    status,
    output: cutText(output, 300),
  }))
}

export function describeProbe(probe: Probe): z.output<typeof probeShape> {
  const { url, status, latencyMs, bodyExcerpt, isStream, redirect, error } = probe
  return {
    url,
    ...(status === undefined ? {} : { status }),
    latency_ms: latencyMs,
    body_excerpt: bodyExcerpt,
    ...(isStream ? { stream: true } : {}),
    ...(redirect === undefined ? {} : { redirect }),
    ...(error === undefined ? {} : { error }),
  }
}
