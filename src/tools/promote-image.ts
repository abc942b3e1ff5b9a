import { z } from 'zod'
import * as fields from '../flow/fields.js'
import { promoteInput } from '../flow/promote/input.js'
import { promoteToApps, promotionLimits } from '../flow/promote/promote.js'
import { verdicts } from '../health/verdict.js'
import { defineLongTool, mayReplace } from './tool.js'

const output = z.object({
  status: z.enum(['done', 'partly_done']),
  image: z.string().optional(),
  digest: z.string().optional(),
  results: z
    .array(
      z.object({
        app: z.string(),
        status: z.string(),
        release: fields.count.optional(),
        verdict: z.enum(verdicts).optional(),
        image_before: z.string().optional(),
        config_from: z.string().optional(),
        toml: z.string().optional(),
        command: z.string().optional(),
        settings: z.array(z.string()).optional(),
        changes: z.array(z.string()).optional(),
        names_missing: z.array(z.string()).optional(),
        names_added: z.array(z.string()).optional(),
        code: z.string().optional(),
        reason: z.string().optional(),
        live: z.string().optional(),
      }),
    )
    .optional(),
  warnings: fields.warnings.optional(),
  next: fields.next.optional(),
})

export const promoteImage = defineLongTool({
  name: 'promote_image',
  title: 'Promote an image',
  description:
    'Deploys one image, the same digest and no rebuild, to many apps: the first alone, then in waves; a failure stops later waves. Each app keeps its own toml, else what it runs with; a new one takes the settings of the image’s app, without env. What would lose env is refused; plan_only shows what changes. What runs it already is skipped.',
  annotations: mayReplace,
  input: promoteInput,
  output,
  examples: [
    'flyops promote-image --from-app staging --apps shop-eu shop-us --plan-only',
    'flyops promote-image --image registry.fly.io/hello:1a2b3c4 --apps shop-eu shop-us --set shop-us:primary_region=iad',
  ],
  stage: 'preflight',
  work: 'ship',
  limits: promotionLimits,
  outlivesCaller: (stage) => stage === 'deploy' || stage === 'health',
  run: promoteToApps,
  summarize: ({ image, results = [] }) =>
    `${image}: ${results.map(({ app, status }) => `${app} ${status}`).join(', ')}.`,
})
