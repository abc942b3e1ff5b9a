import { z } from 'zod'
import * as fields from '../flow/fields.js'
import { judgeApp } from '../flow/health/check.js'
import { checkHealthInput } from '../flow/health/input.js'
import { healthShape } from '../flow/health/output.js'
import { verdicts } from '../health/verdict.js'
import { defineTool, readsOnly } from './tool.js'

const output = z.object({
  app: z.string(),
  org: z.string(),
  hostname: z.string(),
  verdict: z.enum(verdicts),
  reasons: z.array(z.string()),
  release: fields.count.optional(),
  image: z.string().optional(),
  ...healthShape.shape,
  next: fields.next,
})

export const checkHealth = defineTool({
  name: 'check_health',
  title: 'Check whether an app is healthy',
  description:
    'Judges an app by evidence: what its machines run, what its health checks say, and a GET of its URL from outside, without following redirects. Answers healthy, degraded, unhealthy, stopped or unknown, with reasons; any of them is a result, not an error. The GET wakes a stopped app. Use it whenever somebody asks whether the app works. Next: rollback, where it does not.',
  annotations: readsOnly,
  input: checkHealthInput,
  output,
  examples: [
    'flyops check-health --app hello',
    'flyops check-health --app hello --expect-image registry.fly.io/hello:1a2b3c4 --json',
  ],
  run: judgeApp,
  summarize: ({ app, verdict, reasons }) => `${app} is ${verdict}: ${reasons.join(' ')}`,
})
