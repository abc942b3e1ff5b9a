import type { Api } from '../api/api.js'
import { encode, toJson } from '../go/encode.js'
import { any, int, string, struct } from '../go/types.js'
import { createBackoff, sleep } from '../program/clock.js'
import { CancelledError, httpStatusOf, messageOf, wrap } from '../program/failure.js'
import { standInVersion } from '../program/identity.js'
import { warn } from '../program/notices.js'
import { type AppConfig, appConfig } from '../shapes/app-config.js'
import type { Deployment } from './deployment.js'

const created = struct('response', {
  release: struct('uiex.Release', { id: string, version: int }),
})

export interface NewRelease {
  readonly appName: string
  readonly buildId: number
  readonly config: AppConfig
  readonly image: string
  readonly strategy: string
}

export async function createRelease(
  { uiex }: Api,
  { appName, buildId, config, image, strategy }: NewRelease,
): Promise<Deployment['release']> {
  const body = {
    app_name: appName,
    build_id: buildId,
    definition: encode(appConfig, config),
    image,
    strategy: strategy.toUpperCase(),
  }
  const { release } = await uiex({
    method: 'POST',
    path: '/releases',
    body: toJson(body),
    answer: created,
    doing: 'create release',
  })
  return { id: release?.id ?? '', version: release?.version ?? 0 }
}

/** Does the work of a deploy as a release: running, then complete, failed or interrupted. */
export async function asRelease(deployment: Deployment, work: () => Promise<void>): Promise<void> {
  const { host } = deployment
  try {
    await setStatus(deployment, { status: 'running' })
  } catch (error) {
    throw wrap("failed to set release status to 'running'", error)
  }
  try {
    await work()
  } catch (error) {
    await finish(deployment, error)
    throw host.signal.aborted ? new CancelledError(messageOf(error)) : error
  }
  await finish(deployment, undefined)
}

const interruptedWithinMs = 1_000

async function finish(deployment: Deployment, failure: unknown): Promise<void> {
  const { host } = deployment
  const isInterrupted = failure !== undefined && host.signal.aborted
  const failed = isInterrupted ? 'interrupted' : 'failed'
  const error = failure === undefined || isInterrupted ? '' : messageOf(failure)
  const metadata = { post_deployment_info: { flyctl_version: standInVersion, error } }
  const status = failure === undefined ? 'complete' : failed
  const signal = isInterrupted ? AbortSignal.timeout(interruptedWithinMs) : host.signal
  try {
    await setStatus(deployment, { status, metadata, signal })
  } catch (problem) {
    const after = failure === undefined ? 'successful deployment' : 'deployment failure'
    warn(host, `failed to set final release status after ${after}: ${messageOf(problem)}`)
  }
}

interface StatusChange {
  readonly status: string
  readonly metadata?: unknown
  readonly signal?: AbortSignal
}

const attempts = 3

async function setStatus(
  { api, release, host }: Deployment,
  { status, metadata = null, signal = host.signal }: StatusChange,
): Promise<void> {
  const backoff = createBackoff(500, 2_000)
  for (let attempt = 1; ; attempt += 1) {
    try {
      const body = toJson({ metadata, status })
      const path = `/releases/${release.id}`
      const doing = 'update release'
      await api.uiex({ method: 'PATCH', path, body, answer: any, doing, signal })
      return
    } catch (error) {
      const isOver = signal.aborted || attempt === attempts
      if (isOver || (httpStatusOf(error) ?? 500) < 500) throw error
    }
    await sleep(backoff(), signal)
  }
}
