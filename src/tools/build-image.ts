import { z } from 'zod'
import { buildFrom } from '../flow/build/build.js'
import { buildInput } from '../flow/build/input.js'
import * as fields from '../flow/fields.js'
import { defineLongTool, mayReplace } from './tool.js'

const output = z.object({
  status: fields.status,
  image: z.string().optional(),
  tag: z.string().optional(),
  commit: z.string().optional(),
  dirty: z.boolean().optional(),
  image_id: z.string().optional(),
  digest: z.string().optional(),
  architecture: z.string().optional(),
  size_bytes: fields.count.optional(),
  steps: z.object({ total: fields.count, cached: fields.count }).optional(),
  duration_ms: fields.count.optional(),
  warnings: fields.warnings.optional(),
  next: fields.next.optional(),
})

export const buildImage = defineLongTool({
  name: 'build_image',
  title: 'Build an image',
  description:
    'Builds the commit with Docker and tags the image <registry>/<app>:<short SHA>; uncommitted changes get a tag of their own. Use it to go step by step; ship does all steps in one call. Pushes only where no engine builds. Next: create_app where there is no app yet, test_image, then push_image with the returned image.',
  annotations: mayReplace,
  input: buildInput,
  output,
  examples: [
    'flyops build-image --app hello',
    'flyops build-image --app hello --ref v1.2.0',
    'flyops build-image --app hello --build-args NODE_ENV=production --builder my-cluster',
  ],
  stage: 'build',
  work: 'build',
  outlivesCaller: () => false,
  run: buildFrom,
  summarize: ({ image, size_bytes = 0, duration_ms = 0 }) =>
    `Built ${image} (${Math.round(size_bytes / 1e6)} MB) in ${(duration_ms / 1000).toFixed(1)} s.`,
})
