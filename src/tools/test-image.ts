import { z } from 'zod'
import * as fields from '../flow/fields.js'
import { probeShape } from '../flow/health/output.js'
import { testInput } from '../flow/test/input.js'
import { tryImage } from '../flow/test/test-image.js'
import { addsOnly, defineLongTool } from './tool.js'

const output = z.object({
  status: fields.status,
  ok: z.boolean().optional(),
  image: z.string().optional(),
  startup_ms: fields.count.optional(),
  grace_period: z.string().optional(),
  architecture: z.string().optional(),
  listening: z.array(z.string()).optional(),
  probe: probeShape.optional(),
  log: z.array(z.string()).optional(),
  warnings: fields.warnings.optional(),
  next: fields.next.optional(),
})

export const testImage = defineLongTool({
  name: 'test_image',
  title: 'Test an image on this machine',
  description:
    'Runs an image that build_image made in a local container, asks for health_path until it answers, and removes the container. Says how long the app takes to start, and which grace_period follows; where it does not answer: how it ended, on which addresses it listens, and its log. Use it before push_image; it costs nothing and touches nothing on Fly.io.',
  annotations: addsOnly,
  input: testInput,
  output,
  examples: [
    'flyops test-image --image registry.fly.io/hello:1a2b3c4',
    'flyops test-image --image registry.fly.io/hello:1a2b3c4 --internal-port 3000 --health-path /up',
  ],
  stage: 'test',
  work: 'build',
  outlivesCaller: () => false,
  run: tryImage,
  summarize: ({ image, startup_ms = 0, probe, grace_period }) =>
    `${image} answered ${probe?.status} after ${(startup_ms / 1000).toFixed(1)} s; a grace_period of ${grace_period} gives it time.`,
})
