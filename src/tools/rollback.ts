import { z } from 'zod'
import { deployApp, deployed } from './deploy-app.js'
import { deployInput } from './deploy-input.js'
import { defineLongTool } from './long-tool.js'
import * as fields from './parameters.js'
import { findTarget } from './rollback-target.js'
import { mayReplace } from './tool.js'

const input = z.strictObject({
  app: fields.app,
  to: z.number().int().min(1).optional().describe('Release; default: the last healthy one before'),
  context: fields.context,
})

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
  .extend({ returned_to: fields.count.optional() })

export const rollback = defineLongTool({
  name: 'rollback',
  title: 'Go back to an earlier release',
  description:
    'Deploys an earlier release again: its image and the settings that were recorded with it, as a new release, after checking that the registry still has the image; then judges as deploy_image does. Secrets and data stay as they are. Without `to`: the last healthy release before the current one. The result has the call that undoes it. Next: check_health.',
  annotations: mayReplace,
  input,
  output,
  stage: 'releases',
  work: 'deploy',
  outlivesCaller: (stage) => stage === 'deploy' || stage === 'health',
  async run({ app, to, context: folder }, context) {
    const target = await findTarget(app, to, context)
    const request = deployInput.parse({ app, image: target.image, context: folder })
    const operation = { tool: 'rollback', app, args: { app, to: target.release } }
    const result = await deployApp({ request, operation, base: target.base }, context)
    const { release, image, digest, config_path, verdict, reasons, url, duration_ms } = result
    return {
      status: 'done' as const,
      app,
      returned_to: target.release,
      ...{ release, image, digest, config_path, verdict, reasons, url, duration_ms },
      warnings: [...target.warnings, ...(result.warnings ?? [])],
      next: [
        { tool: 'check_health', arguments: { app }, why: 'looks again at any time' },
        { tool: 'rollback', arguments: { app, to: target.current }, why: 'undoes it' },
      ],
    }
  },
  summarize: ({ app, returned_to, release, image, verdict, url, next = [] }) =>
    `${app} runs ${image} of release ${returned_to} again, as release ${release}, and is ${verdict}: ${url} To undo: flyops rollback --app ${app} --to ${next[1]?.arguments.to}.`,
})
