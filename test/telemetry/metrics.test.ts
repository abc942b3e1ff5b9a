import { expect, test } from 'vitest'
import { createMetrics } from '../../src/telemetry/metrics.js'
import { openFlow } from '../support/clients/open-flow.js'

test('a ship is one job and one deploy, by its verdict', async () => {
  const { watch, text } = createMetrics()
  const flow = await openFlow({ watch })
  await flow.call('ship', { app: 'hello' })
  expect(await text()).toContain('flyops_job_duration_seconds_count{tool="ship",code="ok"} 1')
  expect(await text()).toContain('flyops_deploys_total{verdict="healthy"} 1')
})

test('what fails is counted by its code, and runs no more', async () => {
  const { watch, text } = createMetrics()
  const flow = await openFlow({
    watch,
    flyctl: () => ({ deploy: () => Promise.reject(new Error('no')) }),
  })
  await flow.fail('ship', { app: 'hello' })
  expect(await text()).toContain('flyops_job_duration_seconds_count{tool="ship",code="internal"} 1')
  expect(await text()).toContain('flyops_jobs_running{tool="ship"} 0')
  expect(await text()).toContain('flyops_deploys_total{verdict="none"} 1')
})

test('a rollback of several apps is no deploy beside theirs', async () => {
  const { watch, text } = createMetrics()
  const rollback = { kind: 'operation', tool: 'rollback' } as const
  await watch(rollback, async () => ({ status: 'done' }))
  await watch(rollback, async () => ({ status: 'done', verdict: 'healthy' }))
  expect(await text()).toContain('flyops_deploys_total{verdict="healthy"} 1')
  expect(await text()).not.toContain('verdict="none"')
})

test('jobs are counted while they run', async () => {
  const { watch, text } = createMetrics()
  const built = Promise.withResolvers<never>()
  const begun = Promise.withResolvers<void>()
  const build = () => {
    begun.resolve()
    return built.promise
  }
  const flow = await openFlow({ watch, docker: () => ({ build }) })
  const building = flow.fail('build_image', { app: 'hello' })
  await begun.promise
  expect(await text()).toContain('flyops_jobs_running{tool="build_image"} 1')
  built.reject(new Error('no'))
  await building
  expect(await text()).toContain('flyops_jobs_running{tool="build_image"} 0')
})
