import { z } from 'zod'
import { deployed } from '../flow/deploy/deploy.js'
import * as fields from '../flow/fields.js'
import { rollbackInput } from '../flow/rollback/input.js'
import { rollBackApps, rollbackLimits } from '../flow/rollback/several.js'
import { defineLongTool, mayReplace } from './tool.js'

const output = deployed
  .pick({
    status: true,
    app: true,
    release: true,
    image: true,
    digest: true,
    config_path: true,
    verdict: true,
    reasons: true,
    warnings: true,
    url: true,
    duration_ms: true,
    next: true,
  })
  .extend({
    status: z.enum(['done', 'partly_done']),
    returned_to: fields.count.optional(),
    replaced: fields.count.optional(),
    results: z
      .array(
        z.object({
          app: z.string(),
          status: z.string(),
          returned_to: fields.count.optional(),
          release: fields.count.optional(),
          image: z.string().optional(),
          verdict: z.string().optional(),
          code: z.string().optional(),
          reason: z.string().optional(),
          live: z.string().optional(),
        }),
      )
      .optional(),
  })

export const rollback = defineLongTool({
  name: 'rollback',
  title: 'Go back to a release',
  description:
    'Deploys an earlier release again, as a new one: its image, where the registry still has it, and the settings recorded with it; then judges as a deploy does. Secrets and data stay as they are. Without `to`: the last healthy release before the current one.',
  annotations: mayReplace,
  input: rollbackInput,
  output,
  examples: [
    'flyops rollback --app hello',
    'flyops rollback --app hello --to 12',
    'flyops rollback --apps shop-eu shop-us',
  ],
  stage: 'releases',
  work: 'deploy',
  outlivesCaller: (stage) => stage === 'deploy' || stage === 'health',
  limits: rollbackLimits,
  run: rollBackApps,
  summarize: ({ app, returned_to, release, image, verdict, url, results }) =>
    results?.map((each) => `${each.app}: ${each.status}`).join(', ') ??
    `${app} runs ${image} of release ${returned_to} again, as release ${release}, and is ${verdict}: ${url}`,
})
