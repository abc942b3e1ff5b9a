import { z } from 'zod'
import type { Machine } from '../../fly/flyctl.js'
import type { HealthReport } from '../../health/assess.js'
import type { Probe } from '../../health/probe.js'
import { count } from '../fields.js'

/** The parts of a result that tell about health; check_health and deploy_image share them. */
export const machineShape = z.object({
  id: z.string(),
  process: z.string(),
  region: z.string(),
  state: z.string(),
  release: count.optional(),
  checks_passing: count,
  checks_total: count,
  image_digest: z.string().optional(),
})

export const checkShape = z.object({
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
  redirect: z.string().optional(),
  error: z.string().optional(),
})

export function describeMachine(machine: Machine): z.output<typeof machineShape> {
  const { id, processGroup, region, state, release, checks, imageDigest } = machine
  return {
    id,
    process: processGroup,
    region,
    state,
    ...(release === undefined ? {} : { release }),
    checks_passing: checks.filter(({ status }) => status === 'passing').length,
    checks_total: Math.max(checks.length, machine.checksConfigured),
    ...(imageDigest === undefined ? {} : { image_digest: imageDigest }),
  }
}

export function describeChecks({ status }: HealthReport): readonly z.output<typeof checkShape>[] {
  return status.machines.flatMap(({ id, checks }) =>
    checks.map((check) => ({
      name: check.name,
      machine: id,
      status: check.status,
      output: check.output.slice(0, 300),
    })),
  )
}

export function describeProbe(probe: Probe): z.output<typeof probeShape> {
  const { url, status, latencyMs, bodyExcerpt, redirect, error } = probe
  return {
    url,
    ...(status === undefined ? {} : { status }),
    latency_ms: latencyMs,
    body_excerpt: bodyExcerpt,
    ...(redirect === undefined ? {} : { redirect }),
    ...(error === undefined ? {} : { error }),
  }
}
