import { expect, test } from 'vitest'
import type { ToolContext } from '../../../src/flow/context.js'
import { resultOf } from '../../../src/flow/jobs/running.js'
import type { Ending, Job } from '../../../src/jobs/job.js'

/** A deploy whose caller has just gone. */
function deployOfNobody() {
  const ending = Promise.withResolvers<Ending<unknown>>()
  const stops: string[] = []
  const job: Partial<Job> = {
    id: '0a0b',
    tool: 'deploy_image',
    ended: ending.promise,
    snapshot: () => ({
      stage: 'deploy',
      lastLine: '',
      percent: undefined,
      elapsedMs: 0,
      updatedAt: new Date(0),
    }),
    watch: () => () => {},
    isWatched: () => false,
    stop: (reason) => stops.push(reason),
  }
  const call = (waitMs: number) => {
    const context: Partial<ToolContext> = {
      waitMs,
      signal: AbortSignal.abort(),
      keepsWork: () => false,
      progress: () => {},
    }
    return resultOf(job as Job, (stage) => stage === 'deploy', context as ToolContext)
  }
  return { call, stops, end: ending.resolve }
}

test('a server tells a caller who is gone that the deploy goes on', async () => {
  const { call, stops } = deployOfNobody()
  await expect(call(1_000)).rejects.toMatchObject({
    code: 'cancelled',
    next: [{ tool: 'get_job' }],
  })
  expect(stops).toEqual([])
})

test('the command line, with which the deploy ends, tells how it ended', async () => {
  const { call, stops, end } = deployOfNobody()
  const told = call(Number.POSITIVE_INFINITY)
  end({ status: 'done', value: { verdict: 'healthy' } })
  expect(await told).toEqual({ verdict: 'healthy' })
  expect(stops).toEqual([])
})
