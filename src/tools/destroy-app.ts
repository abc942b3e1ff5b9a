import { z } from 'zod'
import { destroy } from '../flow/app/destroy.js'
import { destroyInput } from '../flow/app/destroy-input.js'
import * as fields from '../flow/fields.js'
import { defineTool, mayReplace } from './tool.js'

const output = z.object({
  app: z.string(),
  destroyed: z.boolean(),
  machines: fields.count,
  config_removed: z.string().optional(),
  warnings: fields.warnings.optional(),
  next: fields.next,
})

export const destroyApp = defineTool({
  name: 'destroy_app',
  title: 'Destroy an app',
  description:
    'Destroys an app with its machines, volumes, secrets and image repository, for good: for previews and experiments. A person confirms it where the client can ask; elsewhere `confirm` is the name of the app, and only a person may decide that.',
  annotations: { ...mayReplace, idempotentHint: false },
  input: destroyInput,
  output,
  examples: ['flyops destroy-app --app hello-preview --confirm hello-preview'],
  run: destroy,
  summarize: ({ app, machines, config_removed }) =>
    `Destroyed ${app} and its machines (${machines})${config_removed === undefined ? '' : `; removed ${config_removed}`}. This cannot be undone.`,
})
