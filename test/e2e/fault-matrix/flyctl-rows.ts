import { join } from 'node:path'
import { fixtureProgram } from '../../support/paths.js'
import { calls, type Row, type Scene } from './row.js'

/** A flyctl that has the fault at commands that begin so, and is well else. */
export function faultyFlyctl(fault: string, command = '') {
  return ({ env }: Scene) => ({
    env: {
      FLYOPS_FLYCTL: fixtureProgram('faulty-flyctl'),
      WRAPPED_FLYCTL: env.FLYOPS_FLYCTL,
      FAULTY_COMMAND: command,
      FAULT: fault,
    },
  })
}

export const flyctlRows: readonly Row[] = [
  {
    name: 'it is not there',
    start: { progress: 'pushed', own: 'app' },
    arrange: ({ folder }) => ({ env: { FLYOPS_FLYCTL: join(folder, 'flyctl') } }),
    call: calls.deploy(),
    expected: { code: 'flyctl_missing', next: [] },
    leavesToml: false,
  },
  {
    name: 'it is too old',
    start: { progress: 'pushed', own: 'app' },
    arrange: faultyFlyctl('Error: unknown flag: --json', 'status'),
    call: calls.deploy(),
    expected: { code: 'flyctl_too_old', diagnosis: 'flyctl_too_old', next: [] },
    leavesToml: false,
  },
  {
    name: 'it hangs, and the request is cancelled',
    start: { progress: 'pushed' },
    arrange: faultyFlyctl('hang', 'releases'),
    call: calls.releases,
    meanwhile: { when: { child: 'sleep 300' }, happens: 'cancel' },
    expected: { nobodyAsks: true },
    leavesToml: false,
  },
  {
    name: 'it crashes',
    start: { progress: 'pushed' },
    arrange: faultyFlyctl('crash', 'releases'),
    call: calls.releases,
    expected: { code: 'unknown_failure', diagnosis: 'unknown_failure', next: [], text: /SIGSEGV/ },
    leavesToml: false,
  },
  {
    name: 'it crashes in a deploy, before anything changed',
    start: { progress: 'pushed', own: 'app' },
    arrange: faultyFlyctl('crash', 'deploy'),
    call: calls.deploy(),
    expected: {
      code: 'deploy_failed',
      diagnosis: 'unknown_failure',
      next: [calls.health],
      leadsTo: { verdict: 'unknown' },
      text: /SIGSEGV/,
    },
    leavesToml: false,
  },
  {
    name: 'it logs in to nothing, for it crashes',
    start: { progress: 'built' },
    arrange: faultyFlyctl('crash', 'auth docker'),
    call: calls.push,
    expected: { code: 'unknown_failure', diagnosis: 'unknown_failure', next: [], text: /SIGSEGV/ },
    leavesToml: false,
  },
  {
    name: 'it prints garbage',
    start: { progress: 'pushed' },
    arrange: faultyFlyctl('garbage', 'releases'),
    call: calls.releases,
    expected: {
      code: 'unknown_failure',
      diagnosis: 'unknown_failure',
      next: [],
      text: /could not be read/,
    },
    leavesToml: false,
  },
]
