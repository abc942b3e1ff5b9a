import { describe, expect, test } from 'vitest'
import { errorLineOf, flyctlFailure } from '../../src/fly/failures.js'
import type { RunResult } from '../../src/process/command.js'

function failed(stderr: string, changes: Partial<RunResult> = {}): RunResult {
  return {
    outcome: 'failed',
    exitCode: 1,
    signal: undefined,
    stdout: '',
    stderr,
    durationMs: 5,
    ...changes,
  }
}

const context = { stage: 'deploy', doing: 'deploying' } as const
const query =
  'Error: failed to get app: failed to run query ($appName: String!) { appcompact:app(name: $appName) { id organization { id } role { name } } }: '

describe('what flyctl’s texts mean', () => {
  test.each([
    [
      'not_authenticated',
      "Error: no access token available. Please login with 'flyctl auth login'",
    ],
    ['not_authenticated', `${query}server returned a non-200 status code: 401`],
    ['not_authenticated', `${query}You must be authenticated to view this.`],
    ['app_not_found', `${query}Could not find App "nope"`],
    ['app_not_found', 'Error: app not found (Trace ID: ede5079e319c91c88b2f458e7a332a14)'],
    ['name_taken', 'Error: Validation failed: Name has already been taken (Request ID: 01K)'],
    ['unknown_org', 'Error: organization nosuch not found'],
    ['unknown_org', `${query}Could not find Organization`],
    [
      'image_not_found',
      'Error: failed to fetch an image or build from source: could not find image "registry.fly.io/a:b"',
    ],
    ['config_invalid', 'Error: failed loading app config from fly-x.toml: row 1 column 9'],
    ['flyctl_too_old', 'Error: unknown flag: --https-failover'],
    [
      'push_refused',
      'Error: failed authenticating with registry.fly.io: Error response from daemon: Get "https://registry.fly.io/v2/": dial tcp 203.0.113.7:443: connect: connection refused',
    ],
    ['unknown_failure', 'Error: something that nobody has seen'],
  ])('%s: %s', (code, stderr) => {
    const error = flyctlFailure(failed(stderr), context)
    expect(error.code).toBe(code)
    expect(error.remedy).toBeTruthy()
  })

  test('the evidence leaves out the GraphQL query', () => {
    const error = flyctlFailure(failed(`${query}Could not find App "nope"`), context)
    expect(error.evidence).toBe('Error: failed to get app: Could not find App "nope"')
  })

  test('a query without a space before its bracket is one too', () => {
    const text =
      'Error: failed retrieving app releases x: failed to run query($appName: String!) { app(name: $appName) { id } }: server returned a non-200 status code: 429'
    expect(flyctlFailure(failed(text), context).evidence).toBe(
      'Error: failed retrieving app releases x: server returned a non-200 status code: 429',
    )
  })

  test('a signal is named, for there may be nothing else', () => {
    const error = flyctlFailure(failed('', { exitCode: undefined, signal: 'SIGSEGV' }), context)
    expect(error).toMatchObject({ code: 'unknown_failure', retry: 'once', evidence: undefined })
    expect(error.message).toContain('SIGSEGV')
  })

  test.each([
    ['by the system', undefined, ''],
    ['by the shell of a script around it', 127, '/opt/flyctl: 2: exec: /opt/node: not found'],
  ])('one that is not started %s is no fault of what it was to do', (_by, exitCode, stderr) => {
    const error = flyctlFailure(failed(stderr, { exitCode }), {
      ...context,
      fallback: 'config_invalid',
    })
    expect(error).toMatchObject({
      code: 'flyctl_missing',
      message: expect.stringContaining('cannot be started'),
    })
  })

  test('the line that names the error is found before hints and logs', () => {
    const text = 'image found\nError: smoke checks failed\nCheck its logs\nMachine started'
    expect(errorLineOf(failed(text))).toBe('Error: smoke checks failed')
    expect(errorLineOf(failed('nothing of that kind'))).toBeUndefined()
  })

  test('a time limit and a cancellation are not failures of flyctl', () => {
    expect(flyctlFailure(failed('', { outcome: 'timed_out' }), context).code).toBe('timed_out')
    expect(flyctlFailure(failed('', { outcome: 'cancelled' }), context).code).toBe('cancelled')
  })

  test('the evidence is bounded', () => {
    const error = flyctlFailure(failed('x'.repeat(10_000).concat('\n').repeat(100)), context)
    expect(error.evidence?.length).toBeLessThan(7_000)
  })
})
