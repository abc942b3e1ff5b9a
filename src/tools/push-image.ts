import { z } from 'zod'
import * as fields from '../flow/fields.js'
import { pushInput } from '../flow/push/input.js'
import { pushAndRecord } from '../flow/push/push.js'
import { defineLongTool, mayReplace } from './tool.js'

const output = z.object({
  status: fields.status,
  image: z.string().optional(),
  digest: z.string().optional(),
  image_by_digest: z.string().optional(),
  size_bytes: fields.count.optional(),
  layers: z.object({ pushed: fields.count, existing: fields.count }).optional(),
  was_there: z.literal(true).optional(),
  auth: z.enum(['fresh', 'renewed']).optional(),
  verified: z.boolean().optional(),
  duration_ms: fields.count.optional(),
  warnings: fields.warnings.optional(),
  next: fields.next.optional(),
})

export const pushImage = defineLongTool({
  name: 'push_image',
  title: 'Push an image',
  description:
    'Pushes an image of build_image to the Fly registry, with a private, short-lived login, and verifies its manifest. The app that owns the repository must exist: create_app first. Nothing is pushed twice, and no commit tag moves without overwrite. Next: deploy_image with the returned image.',
  annotations: mayReplace,
  input: pushInput,
  output,
  examples: ['flyops push-image --image registry.fly.io/hello:1a2b3c4'],
  stage: 'push',
  work: 'push',
  outlivesCaller: () => false,
  run: (request, context) => pushAndRecord(request, context),
  summarize: ({ image, digest, was_there }) =>
    was_there
      ? `${image} was already in the registry as ${digest}; nothing was pushed.`
      : `Pushed ${image} as ${digest}, and verified it in the registry.`,
})
