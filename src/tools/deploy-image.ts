import { z } from 'zod'
import { type Deployed, deployed } from '../flow/deploy/deploy.js'
import { deployOrShow, limitsOf } from '../flow/deploy/deploy-image.js'
import { deployInput } from '../flow/deploy/input.js'
import * as fields from '../flow/fields.js'
import { defineLongTool, mayReplace } from './tool.js'

const output = deployed.extend({
  dry_run: z
    .object({ toml: z.string(), command: z.string(), current_release: fields.count })
    .optional(),
})

export const deployImage = defineLongTool({
  name: 'deploy_image',
  title: 'Deploy an image',
  description:
    'Deploys an image of the Fly registry and judges by evidence whether the app is healthy. What its toml says, else what runs, stands; without both, give internal_port and health_path where they differ from 8080 and /info. Writes fly-<app>.toml, never fly.toml. Machines cost money; dry_run shows it first. Next: check_health; to go back, rollback.',
  annotations: mayReplace,
  input: deployInput,
  output,
  examples: [
    'flyops deploy-image --app hello --image registry.fly.io/hello:1a2b3c4 --dry-run',
    'flyops deploy-image --app hello --image registry.fly.io/hello:1a2b3c4 --internal-port 3000 --health-path /up',
    'flyops deploy-image --app hello --image registry.fly.io/hello:1a2b3c4 --env LOG=debug --rollback-on-failure',
  ],
  stage: 'deploy',
  work: 'deploy',
  outlivesCaller: () => true,
  limits: limitsOf,
  run: deployOrShow,
  summarize: ({ dry_run, ...result }) =>
    dry_run === undefined
      ? summarizeDeployed(result)
      : `Dry run: ${result.image} would be deployed to ${result.app}; nothing was written.`,
})

/** What changed and what was proven, for people. */
export function summarizeDeployed(result: Deployed): string {
  const { app, image, release = 'unknown', verdict, url, config_path, reasons = [] } = result
  const sentences = [
    `${app} runs ${image} as release ${release} and is ${verdict}${url === undefined ? '.' : `: ${url}`}`,
    ...reasons,
    config_path === undefined ? undefined : `Its settings are in ${config_path}.`,
  ]
  return sentences.filter((sentence) => sentence !== undefined).join(' ')
}
