import { z } from 'zod'
import { durationMs } from '../durations.js'
import { probeShape } from './health-output.js'
import { defineLongTool } from './long-tool.js'
import * as fields from './parameters.js'
import { readFlyImage } from './references.js'
import { testRecorded } from './test-recorded.js'
import { addsOnly } from './tool.js'

const input = z.strictObject({
  image: fields.image,
  internal_port: fields.port.default(8080).describe('Port the app listens on'),
  health_path: fields.urlPath.default('/info').describe('Path that must answer 2xx'),
  env: z.record(fields.envName, fields.oneLine).optional().describe('No secrets'),
  memory: fields.memory.optional().describe('As the machine will have; default: no limit'),
  timeout: fields.duration.default('30s').describe('Until it must have answered'),
})

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
  input,
  output,
  stage: 'test',
  work: 'build',
  outlivesCaller: () => false,
  async run(request, context) {
    const { image, internal_port, health_path, env = {}, memory, timeout } = request
    const { owner: app } = readFlyImage(image, context.registryHost)
    const passed = await testRecorded(
      {
        app,
        image,
        port: internal_port,
        path: health_path,
        env,
        memory,
        timeoutMs: durationMs(timeout) ?? 30_000,
      },
      context,
    )
    const graceArguments =
      passed.grace_period === '10s' ? {} : { grace_period: passed.grace_period }
    return {
      status: 'done' as const,
      ok: true,
      ...passed,
      next: [
        { tool: 'push_image', arguments: { image }, why: 'the image answers' },
        {
          tool: 'deploy_image',
          arguments: { app, image, internal_port, health_path, ...graceArguments },
          why: 'after the push, with the settings that were tested',
        },
      ],
    }
  },
  summarize: ({ image, startup_ms = 0, probe, grace_period }) =>
    `${image} answered ${probe?.status} after ${(startup_ms / 1000).toFixed(1)} s; a grace_period of ${grace_period} gives it time.`,
})
