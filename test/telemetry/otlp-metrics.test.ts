import { expect, test } from 'vitest'
import { createMetrics } from '../../src/telemetry/metrics.js'
import { toOtlp } from '../../src/telemetry/otlp-metrics.js'
import { openFlow } from '../support/clients/open-flow.js'

const times = { startTimeUnixNano: '1000000000', timeUnixNano: '2000000000' }
const labelled = (labels: Readonly<Record<string, string>>) => ({
  ...times,
  attributes: Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } })),
})

test('numbers of a ship, as a collector gets them', async () => {
  const { watch, values } = createMetrics()
  const flow = await openFlow({ watch })
  await flow.call('ship', { app: 'hello' })
  const told = toOtlp(await values(), { startedAtMs: 1_000, nowMs: 2_000 })
  expect(told).toEqual([
    {
      name: 'flyops_job_duration_seconds',
      description: expect.any(String),
      unit: 's',
      histogram: {
        aggregationTemporality: 2,
        dataPoints: [
          {
            ...labelled({ tool: 'ship', code: 'ok' }),
            count: 1,
            sum: expect.any(Number),
            explicitBounds: [1, 5, 15, 30, 60, 120, 300, 600, 1_800],
            bucketCounts: expect.any(Array),
          },
        ],
      },
    },
    {
      name: 'flyops_jobs_running',
      description: 'Those that run',
      unit: '1',
      gauge: { dataPoints: [{ ...labelled({ tool: 'ship' }), asDouble: 0 }] },
    },
    {
      name: 'flyops_deploys_total',
      description: expect.any(String),
      unit: '1',
      sum: {
        aggregationTemporality: 2,
        isMonotonic: true,
        dataPoints: [{ ...labelled({ verdict: 'healthy' }), asDouble: 1 }],
      },
    },
  ])
})

test('each bucket has its own, and one more has what is above all bounds', async () => {
  const bucket = (le: string, value: number) => ({
    value,
    labels: { le, tool: 'ship' },
    metricName: 'x_bucket',
  })
  const rest = { value: 5, labels: { tool: 'ship' }, metricName: 'x_count' }
  const values = [bucket('1', 2), bucket('5', 2), bucket('+Inf', 5), rest]
  const metric = { name: 'x', help: 'x', type: 'histogram', values }
  const [told] = toOtlp([metric], { startedAtMs: 1_000, nowMs: 2_000 })
  expect(told).toMatchObject({
    histogram: { dataPoints: [{ count: 5, explicitBounds: [1, 5], bucketCounts: [2, 0, 3] }] },
  })
})
