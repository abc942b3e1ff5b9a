import { z } from 'zod'
import * as fields from '../fields.js'
import { probeShape } from '../health/output.js'
import { memoryFor } from './memory-for.js'

/** What test_image tells. */
export const testOutput = z.object({
  status: fields.status,
  ok: z.boolean().optional(),
  image: z.string().optional(),
  worker: z.boolean().optional(),
  port: fields.count.optional(),
  port_from: z.string().optional(),
  path: z.string().optional(),
  path_from: z.string().optional(),
  startup_ms: fields.count.optional(),
  memory_peak_mb: fields.count.optional(),
  /** For a deploy: what neither the caller nor the toml says, or says too short. */
  suggested: z
    .object({ grace_period: z.string().optional(), memory: z.string().optional() })
    .optional(),
  architecture: z.string().optional(),
  listening: z.array(z.string()).optional(),
  probe: probeShape.optional(),
  log: z.array(z.string()).optional(),
  warnings: fields.warnings.optional(),
  next: fields.next.optional(),
})

export type Tested = z.output<typeof testOutput>

/** What a deploy can do with, as the journal keeps it. */
export const foundSettings = z.object({
  port: fields.count.optional(),
  path: z.string().optional(),
  grace_period: z.string().optional(),
  memory: z.string().optional(),
  startup_ms: fields.count.optional(),
})

export type FoundSettings = z.output<typeof foundSettings>

/** What a trial run found out. */
export type Trial = Omit<Tested, 'status' | 'ok' | 'next'>

export function foundBy(trial: Trial): FoundSettings {
  const { port, path, startup_ms, memory_peak_mb: peakMb, suggested } = trial
  const memory = peakMb === undefined ? undefined : memoryFor(peakMb)
  return { port, path, startup_ms, memory, grace_period: suggested?.grace_period }
}

/** One sentence for people. */
export function summarizeTest(tested: Tested): string {
  const { image, worker, port, path = '/', startup_ms = 0, probe, suggested } = tested
  if (worker) return `${image} stays up, as a worker should.`
  if (probe === undefined) return `${image} listens on port ${port}.`
  const start = `${(startup_ms / 1000).toFixed(1)} s after its start`
  const grace = suggested?.grace_period
  const advice = grace === undefined ? '' : `; a grace_period of ${grace} gives it time`
  return `${image} answered GET ${path} on port ${port} with ${probe.status}, ${start}${advice}.`
}
