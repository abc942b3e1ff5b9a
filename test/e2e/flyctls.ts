import { join } from 'node:path'
import { sandboxInUse, scratch } from './test-sandbox.js'

export interface FlyctlUnderTest {
  readonly name: string
  readonly isReal: boolean
  readonly isThere: boolean
  /** Settings that make flyops use it. */
  env(): Record<string, string>
}

const realFlyctl = process.env.FLYOPS_REAL_FLYCTL

/** Every flyctl that the end-to-end tests run with. */
export const flyctls: readonly FlyctlUnderTest[] = [
  { name: 'the stand-in', isReal: false, isThere: true, env: sandboxEnv },
  {
    name:
      realFlyctl === undefined
        ? 'the real flyctl (set FLYOPS_REAL_FLYCTL to its path)'
        : 'the real flyctl',
    isReal: true,
    isThere: realFlyctl !== undefined,
    env: () => ({
      ...sandboxEnv(),
      FLYOPS_FLYCTL: realFlyctl ?? '',
      FLY_CONFIG_DIR: join(scratch(), 'flyctl'),
      // Nothing leaves this machine: Go uses no proxy for loopback, and nobody listens on this one.
      HTTPS_PROXY: 'http://127.0.0.1:9',
      FLY_TRACE_COLLECTOR_URL: '127.0.0.1',
    }),
  },
]

/** The sandbox, and of the tester's own environment only what programs need. */
export function sandboxEnv(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  const FLYOPS_STATE_DIR = join(scratch(), 'state')
  // On a slow machine too, tests get results and not jobs.
  const FLYOPS_WAIT_SECONDS = '170'
  return { PATH, HOME, FLYOPS_STATE_DIR, FLYOPS_WAIT_SECONDS, ...sandboxInUse().env }
}

let counter = 0

/** An app name that no other test uses. */
export function uniqueName(stem: string): string {
  counter += 1
  return `${stem}-${process.pid.toString(36)}${counter}${Date.now().toString(36).slice(-4)}`
}
