import { z } from 'zod'
import { FlyopsError, type NextCall } from '../errors.js'
import type { AppStatus } from '../fly/flyctl.js'
import { assessHealth, type HealthReport } from '../health/assess.js'
import { verdicts } from '../health/verdict.js'
import { durationMs } from '../policy/durations.js'
import { describeHealth, healthShape } from './health-output.js'
import * as fields from './parameters.js'
import { readFlyImage } from './references.js'
import { withRegistryLogin } from './registry-login.js'
import { defineTool, readsOnly, type ToolContext } from './tool.js'

const input = z.strictObject({
  app: fields.app,
  path: fields.urlPath.optional().describe('Path to GET; default: the deployed check’s'),
  expect_text: z.string().min(1).max(500).optional().describe('Text that the answer must contain'),
  expect_image: fields.image.optional().describe('Image that every machine must carry'),
  timeout: fields.duration.default('30s').describe('Limit for all together'),
})

const output = z.object({
  app: z.string(),
  org: z.string(),
  hostname: z.string(),
  verdict: z.enum(verdicts),
  reasons: z.array(z.string()),
  release: fields.count.optional(),
  image: z.string().optional(),
  ...healthShape.shape,
  next: fields.next,
})

export const checkHealth = defineTool({
  name: 'check_health',
  title: 'Check whether an app is healthy',
  description:
    'Judges an app by evidence: what its machines run, what its health checks say, and a GET of its URL from outside, without following redirects. Answers healthy, degraded, unhealthy, stopped or unknown, with reasons; any of them is a result, not an error. The GET wakes a stopped app. Use it whenever somebody asks whether the app works. Next: rollback, where it does not.',
  annotations: readsOnly,
  input,
  output,
  async run(request, context) {
    const expectedDigest = await digestOf(request.expect_image, context)
    const report = await assessHealth(context, {
      app: request.app,
      path: request.path,
      expectedText: request.expect_text,
      expectedDigest,
      timeoutMs: durationMs(request.timeout) ?? 30_000,
      signal: context.signal,
    })
    const { status, verdict, reasons } = report
    const current = status.machines.find(({ state }) => state === 'started') ?? status.machines[0]
    return {
      app: status.name,
      org: status.org,
      hostname: status.hostname,
      verdict,
      reasons: [...reasons],
      ...(current?.release === undefined ? {} : { release: current.release }),
      ...(current?.image === undefined ? {} : { image: current.image }),
      ...describeHealth(report),
      next: nextOf(report),
    }
  },
  summarize: ({ app, verdict, reasons }) => `${app} is ${verdict}: ${reasons.join(' ')}`,
})

async function digestOf(
  image: string | undefined,
  context: ToolContext,
): Promise<string | undefined> {
  if (image === undefined) return undefined
  const reference = readFlyImage(image, context.registryHost, 'expect_image')
  if (reference.digest !== undefined) return reference.digest
  const remote = await withRegistryLogin(context, (session) => session.inspectRemote(image))
  if (remote.kind === 'found') return remote.digest
  throw new FlyopsError('image_not_found', 'health', `The Fly registry does not have ${image}.`, {
    remedy: 'Give `expect_image` as push_image returned it.',
  })
}

function nextOf({ verdict, status, probe }: HealthReport): NextCall[] {
  const app = status.name
  const releases = {
    tool: 'list_releases',
    arguments: { app },
    why: 'shows the images to go back to',
  }
  if (verdict === 'healthy') return []
  if (verdict === 'unknown')
    return [{ tool: 'build_image', arguments: { app }, why: 'nothing is deployed yet' }]
  if (verdict === 'stopped') return [...restart(status), releases]
  if (probe?.redirectPath === undefined) return [releases]
  return [
    {
      tool: 'check_health',
      arguments: { app, path: probe.redirectPath },
      why: 'this path is where the redirect leads',
    },
    releases,
  ]
}

/** The GET has not woken it: its machines wait for somebody to start them. */
function restart({ name: app, machines }: AppStatus): NextCall[] {
  const image = machines.find((machine) => machine.image !== undefined)?.image
  if (image === undefined) return []
  return [
    {
      tool: 'deploy_image',
      arguments: { app, image, auto_start: true },
      why: 'requests then start its machines',
    },
  ]
}
