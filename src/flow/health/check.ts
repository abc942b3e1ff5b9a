import { durationMs } from '../../durations.js'
import { FlyopsError } from '../../errors.js'
import { assessHealth, type HealthReport } from '../../health/assess.js'
import type { ToolContext } from '../context.js'
import { readFlyImage } from '../fly-image.js'
import { lastWordsBehind } from '../logs/failing-log.js'
import { withRegistryLogin } from '../registry-login.js'
import type { CheckHealthInput } from './input.js'
import { afterCheck } from './next.js'
import { describeCarried, describeHealth } from './output.js'
import { judgeEach } from './several.js'

const timeoutMs = { ofOne: 30_000, ofEach: 10_000 }

/** Judges apps by evidence; raises `image_not_found` for an image that cannot be expected. */
export async function checkHealth(request: CheckHealthInput, context: ToolContext) {
  const expectedDigest = await digestOf(request.expect_image, context)
  const given = request.timeout === undefined ? undefined : durationMs(request.timeout)
  const { path, expect_text: expectedText, app, apps = [] } = request
  const asked = { path, expectedText, expectedDigest, signal: context.signal }
  if (app === undefined)
    return judgeEach(apps, { ...asked, timeoutMs: given ?? timeoutMs.ofEach }, context)
  const report = await assessHealth(context, { ...asked, app, timeoutMs: given ?? timeoutMs.ofOne })
  return { ...(await describeOne(report, context)), next: await afterCheck(report, context) }
}

async function describeOne(report: HealthReport, context: ToolContext) {
  const { status, verdict, reasons } = report
  const words = await lastWordsBehind(report, context)
  return {
    app: status.name,
    org: status.org,
    hostname: status.hostname,
    verdict,
    reasons: [...reasons, ...words],
    ...describeCarried(status),
    ...describeHealth(report),
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
