import { durationMs } from '../../durations.js'
import { FlyopsError, type NextCall } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import { assessHealth, type HealthReport } from '../../health/assess.js'
import type { ToolContext } from '../context.js'
import { readFlyImage } from '../fly-image.js'
import { next } from '../next.js'
import { withRegistryLogin } from '../registry-login.js'
import type { CheckHealthInput } from './input.js'
import { describeHealth } from './output.js'

/** Judges an app by evidence; raises `image_not_found` for an image that cannot be expected. */
export async function judgeApp(request: CheckHealthInput, context: ToolContext) {
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
}

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
  const releases = next.listReleases({ app }, 'shows the images to go back to')
  if (verdict === 'healthy') return []
  if (verdict === 'unknown') return [next.buildImage({ app }, 'nothing is deployed yet')]
  if (verdict === 'stopped') return [...restart(status), releases]
  const path = probe?.redirectPath
  if (path === undefined) return [releases]
  return [next.checkHealth({ app, path }, 'this path is where the redirect leads'), releases]
}

/** The GET has not woken it: its machines wait for somebody to start them. */
function restart({ name: app, machines }: AppStatus): NextCall[] {
  const image = machines.find((machine) => machine.image !== undefined)?.image
  if (image === undefined) return []
  return [next.deployImage({ app, image, auto_start: true }, 'requests then start its machines')]
}
