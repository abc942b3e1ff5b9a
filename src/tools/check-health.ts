import { z } from 'zod'
import * as fields from '../flow/fields.js'
import { checkHealth as check } from '../flow/health/check.js'
import { checkHealthInput } from '../flow/health/input.js'
import { carriedShape, healthShape } from '../flow/health/output.js'
import { verdicts } from '../health/verdict.js'
import { defineTool, readsOnly } from './tool.js'

const verdict = z.enum(verdicts)

const output = z.object({
  app: z.string().optional(),
  org: z.string().optional(),
  hostname: z.string().optional(),
  /** Of several apps the gravest. */
  verdict,
  reasons: z.array(z.string()).optional(),
  ...carriedShape.shape,
  ...healthShape.partial().shape,
  apps: z
    .array(
      z.object({
        app: z.string(),
        verdict,
        reasons: z.array(z.string()),
        ...carriedShape.shape,
        error: z.string().optional(),
      }),
    )
    .optional(),
  next: fields.next,
})

export const checkHealth = defineTool({
  name: 'check_health',
  title: 'Check health',
  description:
    'Judges an app, or up to 20, by machines and how they ended, checks, and a GET from outside that follows no redirects: healthy, degraded, unhealthy, stopped or unknown, with reasons. The GET wakes a stopped app. Use it to learn whether an app works. Next, where not: get_logs, rollback.',
  annotations: readsOnly,
  input: checkHealthInput,
  output,
  examples: [
    'flyops check-health --app hello',
    'flyops check-health --app hello --expect-image registry.fly.io/hello:1a2b3c4 --json',
    'flyops check-health --apps web worker',
  ],
  run: check,
  summarize({ app, verdict: whole, reasons = [], apps = [] }) {
    if (app !== undefined) return `${app} is ${whole}: ${reasons.join(' ')}`
    const each = apps.map((one) => `${one.app} is ${one.verdict}: ${one.reasons[0] ?? ''}`)
    return each.join(' ')
  },
})
