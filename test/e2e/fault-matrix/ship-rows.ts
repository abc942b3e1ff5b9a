import { expect } from 'vitest'
import type { Row, Scene } from './row.js'

const ship = ({ app }: Scene) => ({ tool: 'ship', arguments: { app } })

const plan = ({ app }: Scene) => ({ tool: 'ship', arguments: { app, plan_only: true } })

export const shipRows: readonly Row[] = [
  {
    name: 'the app does not boot: nothing is pushed',
    start: {
      progress: 'project',
      files: { Dockerfile: 'FROM busybox\nCMD ["sh", "-c", "echo no database >&2; exit 1"]\n' },
    },
    call: ship,
    expected: {
      code: 'test_failed',
      diagnosis: 'unknown_failure',
      next: [],
      text: /no database/,
    },
    leavesToml: false,
    alsoReal: true,
  },
  {
    name: 'the registry refuses every login',
    start: { progress: 'project' },
    faults: ({ app }) => [`registry status --status 401 --path /${app}/`],
    call: ship,
    expected: { code: 'not_authenticated', diagnosis: 'push_401', next: [] },
    leavesToml: false,
  },
  {
    name: 'the project has no Dockerfile',
    start: { progress: 'project' },
    call: ({ app }) => ({ tool: 'ship', arguments: { app, context: 'www' } }),
    expected: { code: 'dockerfile_missing', next: [] },
    leavesToml: false,
  },
  {
    name: 'the world has changed since the plan',
    start: { progress: 'project' },
    call: ({ app }) => ({ tool: 'ship', arguments: { app, plan_id: '0123456789abcdef' } }),
    expected: { code: 'plan_stale', next: [plan], leadsTo: { plan_id: expect.any(String) } },
    leavesToml: false,
    alsoReal: true,
  },
]
