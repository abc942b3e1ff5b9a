import { deployed } from '../flow/deploy/deploy.js'
import * as fields from '../flow/fields.js'
import { rollbackInput } from '../flow/rollback/input.js'
import { rollBack } from '../flow/rollback/rollback.js'
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
  .extend({ returned_to: fields.count.optional(), replaced: fields.count.optional() })

export const rollback = defineLongTool({
  name: 'rollback',
  title: 'Go back to a release',
  description:
    'Deploys an earlier release again, as a new one: its image, where the registry still has it, and the settings recorded with it; then judges as a deploy does. Secrets and data stay as they are. Without `to`: the last healthy release before the current one.',
  annotations: mayReplace,
  input: rollbackInput,
  output,
  examples: ['flyops rollback --app hello', 'flyops rollback --app hello --to 12'],
  stage: 'releases',
  work: 'deploy',
  outlivesCaller: (stage) => stage === 'deploy' || stage === 'health',
  run: rollBack,
  summarize: ({ app, returned_to, release, image, verdict, url }) =>
    `${app} runs ${image} of release ${returned_to} again, as release ${release}, and is ${verdict}: ${url}`,
})
