import { retrying } from '../clock.js'
import { httpStatusOf, messageOf, wrapping } from '../failure.js'
import { warn } from '../print.js'
import { standInVersion } from '../version.js'
import type { Deployment } from './deployment.js'

/** Does the work of a deploy as a release: running, then complete, failed or interrupted. */
export async function asRelease(deployment: Deployment, work: () => Promise<void>): Promise<void> {
  const { signal } = deployment.host
  const beginning = setStatus(deployment, 'running', signal)
  await wrapping("failed to set release status to 'running'", beginning)
  try {
    await work()
  } catch (error) {
    await finish(deployment, signal.aborted ? 'interrupted' : 'failed', messageOf(error))
    throw error
  }
  await finish(deployment, 'complete')
}

const interruptedWithinMs = 1_000

/** That the release's status could not be set is only told: the work is done. */
async function finish(deployment: Deployment, status: string, error = ''): Promise<void> {
  const { host } = deployment
  const signal = host.signal.aborted ? AbortSignal.timeout(interruptedWithinMs) : host.signal
  const post_deployment_info = { flyctl_version: standInVersion, error }
  try {
    await setStatus(deployment, status, signal, { post_deployment_info })
  } catch (problem) {
    warn(host, `failed to set final release status to '${status}': ${messageOf(problem)}`)
  }
}

const attempts = 3

async function setStatus(
  { api, release }: Deployment,
  status: string,
  signal: AbortSignal,
  metadata: object | null = null,
): Promise<void> {
  const path = `/releases/${release.id}`
  const call = { method: 'PATCH', path, body: { metadata, status }, signal } as const
  let failures = 0
  const isFinal = (error: unknown) => {
    failures += 1
    return signal.aborted || failures === attempts || (httpStatusOf(error) ?? 500) < 500
  }
  const set = () => api.uiex({ ...call, doing: 'update release' })
  await retrying(set, { fromMs: 500, toMs: 2_000, signal, isFinal })
}
