import { expect, test } from 'vitest'
import { FlyopsError } from '../../src/errors.js'
import { failureOf } from '../../src/flow/failure.js'
import type { Log } from '../../src/log.js'

const logged: unknown[] = []
const log = { error: (details: unknown) => logged.push(details) } as unknown as Log

function of(error: unknown, signal = new AbortController().signal) {
  logged.length = 0
  return failureOf(error, { tool: 'build_image', args: {}, signal, log })
}

test('an error of ours stays what it is', () => {
  const error = new FlyopsError('invalid_input', 'settings', 'app: it is not a name.')
  expect(of(error)).toBe(error)
})

test('whatever ended because the caller left is cancelled', () => {
  expect(of(new Error('The operation was aborted'), AbortSignal.abort())).toMatchObject({
    code: 'cancelled',
  })
})

test('a full disk is no fault of ours', () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, mkdtemp '/tmp/x'"), {
    code: 'ENOSPC',
  })
  expect(of(full)).toMatchObject({ code: 'unknown_failure', diagnosis: 'no_space', who: 'human' })
  expect(logged).toEqual([])
})

test('anything else is logged, and its text not shown', () => {
  const error = of(new TypeError('secret is not a function'))
  expect(error).toMatchObject({ code: 'internal', retry: 'once' })
  expect(JSON.stringify(error) + error.message).not.toContain('secret')
  expect(logged).toHaveLength(1)
})

test('what is told is bounded: our sentence, the beginning of the evidence and its end', () => {
  const evidence = `first\n${'noise\n'.repeat(10_000)}last`
  const error = new FlyopsError('unhealthy', 'deploy', 'm'.repeat(5_000), {
    remedy: 'r'.repeat(5_000),
    evidence,
    diagnosis: 'crashing',
  })
  const told = of(error)
  expect([told.message.length, told.remedy?.length]).toEqual([1_000, 1_000])
  expect(told.evidence?.length).toBeLessThan(3_100)
  expect(told.evidence).toMatch(/^first\n[\s\S]*… \(\d+ characters left out\)[\s\S]*last$/)
  expect(told).toMatchObject({ code: 'unhealthy', stage: 'deploy', diagnosis: 'crashing' })
})
