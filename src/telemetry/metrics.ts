import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { untilEnd, type Watch, type WatchedEnd } from '../flow/watch.js'
import type { Numbers } from './otlp-metrics.js'

/** Numbers about what flyops does, as Prometheus asks for them. */
export interface Metrics extends Numbers {
  readonly watch: Watch
  readonly contentType: string
  text(): Promise<string>
}

/** Seconds: from a look to what a client still waits for. */
const callBuckets = [0.1, 0.5, 1, 3, 10, 30, 60]
/** Seconds: from a push of what is there already to the longest build. */
const jobBuckets = [1, 5, 15, 30, 60, 120, 300, 600, 1_800]

const deployTools = ['deploy_image', 'rollback']

/** Labels are tools and codes alone: their number is bounded, and neither apps nor callers are told. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const common = { registers: [registry], labelNames: ['tool', 'code'] }
  const calls = new Histogram({
    ...common,
    name: 'flyops_call_duration_seconds',
    help: 'Calls of tools over MCP, by how they were answered',
    buckets: callBuckets,
  })
  const jobs = new Histogram({
    ...common,
    name: 'flyops_job_duration_seconds',
    help: 'Builds, tests, pushes, deploys, promotions, rollbacks and ships that ended',
    buckets: jobBuckets,
  })
  const running = new Gauge({
    ...common,
    name: 'flyops_jobs_running',
    help: 'Those that run',
    labelNames: ['tool'],
  })
  const deploys = new Counter({
    ...common,
    name: 'flyops_deploys_total',
    help: 'Deploys by their verdict; none where they failed before there was one',
    labelNames: ['verdict'],
  })
  const watch: Watch = (work, run, endOf) => {
    const { kind, tool } = work
    const startedAt = performance.now()
    if (kind === 'job') running.inc({ tool })
    return untilEnd(run, endOf, (end) => {
      const labels = { tool, code: end.code ?? 'ok' }
      const seconds = (performance.now() - startedAt) / 1_000
      if (kind === 'call') calls.observe(labels, seconds)
      if (kind === 'job') {
        running.dec({ tool })
        jobs.observe(labels, seconds)
      }
      const verdict = verdictOf(end)
      if (kind === 'operation' && deployTools.includes(tool) && verdict !== undefined)
        deploys.inc({ verdict })
    })
  }
  return {
    watch,
    contentType: registry.contentType,
    text: () => registry.metrics(),
    values: () => registry.getMetricsAsJSON(),
  }
}

/** Undefined of what deployed nothing itself: a rollback of several apps, each of which is an operation of its own. */
function verdictOf({ code, result }: WatchedEnd): string | undefined {
  if ('verdict' in result) return String(result.verdict)
  if (code === undefined) return undefined
  return code === 'unhealthy' ? code : 'none'
}
