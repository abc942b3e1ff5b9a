import { afterEach, expect, test, vi } from 'vitest'
import { createLog } from '../../src/log.js'
import { openTraces } from '../../src/telemetry/traces.js'
import { openFlow } from '../support/clients/open-flow.js'
import { openCollector } from '../support/otlp-collector.js'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** Traces whose spans can be looked at; the exporter reads the environment by itself. */
async function collect() {
  const collector = await openCollector()
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url)
  const { watch, flush } = openTraces(createLog('silent'))
  return { watch, flush, spans: collector.spans }
}

test('a ship is one trace: its job, and in it the operations of the journal', async () => {
  const { watch, flush, spans } = await collect()
  const flow = await openFlow({ watch })
  await flow.call('ship', { app: 'hello', env: { GREETING: 'between-us' } })
  await flush()
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
  const parentOf = (name: string) => {
    const parent = spans.find((span) => span.name === name)?.parentSpanId
    return spans.find(({ spanId }) => spanId === parent)?.name
  }
  const steps = ['build_image', 'create_app', 'test_image', 'push_image', 'deploy_image']
  expect(steps.map(parentOf)).toEqual(steps.map(() => 'ship'))
  expect(parentOf('ship')).toBe('job ship')
  expect(spans.find(({ name }) => name === 'deploy_image')?.attributes).toMatchObject({
    'flyops.app': 'hello',
    'flyops.verdict': 'healthy',
    'flyops.operation.id': expect.stringMatching(/^[0-9a-f]+$/),
  })
  expect(JSON.stringify(spans)).not.toContain('between-us')
})

test('what fails is marked where it failed, and in all that it was part of', async () => {
  const { watch, flush, spans } = await collect()
  const flow = await openFlow({
    watch,
    flyctl: () => ({ deploy: () => Promise.reject(new Error('no')) }),
  })
  await flow.fail('ship', { app: 'hello' })
  await flush()
  const failed = spans.filter(({ status }) => status.code === 2)
  expect(failed.map(({ name }) => name).sort()).toEqual(['deploy_image', 'job ship', 'ship'])
  for (const { attributes } of failed) expect(attributes['error.type']).toBe('internal')
})
