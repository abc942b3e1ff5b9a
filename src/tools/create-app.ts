import { z } from 'zod'
import { createOrFind } from '../flow/app/create.js'
import { createInput } from '../flow/app/create-input.js'
import * as fields from '../flow/fields.js'
import { defineTool, mayReplace } from './tool.js'

const output = z.object({
  app: z.string(),
  created: z.boolean(),
  org: z.string(),
  hostname: z.string(),
  url: z.string(),
  warnings: fields.warnings.optional(),
  next: fields.next,
})

export const createApp = defineTool({
  name: 'create_app',
  title: 'Create an app',
  description:
    'Creates an app: a name, a hostname and an image repository, without machines or cost. Use it before the first push_image or set_secrets. An app that is ours is left as it is (created=false); a name that somebody else holds gives name_taken, with suggestions. Next: ship, or deploy_image.',
  annotations: mayReplace,
  input: createInput,
  output,
  examples: ['flyops create-app --app hello', 'flyops create-app --generate-name --org my-team'],
  run: createOrFind,
  summarize: ({ app, created, org, url }) =>
    created
      ? `Created ${app} in ${org}; it will answer at ${url}, and costs nothing until something is deployed.`
      : `${app} already exists in ${org}.`,
})
