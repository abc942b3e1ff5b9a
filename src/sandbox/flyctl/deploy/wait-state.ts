import { ignored } from '../api/machines-api.js'
import { createBackoff, sleep } from '../program/clock.js'
import { FlyctlError } from '../program/failure.js'
import type { Deployment } from './deployment.js'

const longestWaitSeconds = 60

/** Waits until a machine is started. Raises FlyctlError after the deploy's wait timeout. */
export async function waitForStarted(
  { api, appName, host, waitTimeoutMs }: Deployment,
  id: string,
): Promise<void> {
  const deadline = AbortSignal.timeout(waitTimeoutMs)
  const signal = AbortSignal.any([host.signal, deadline])
  const seconds = Math.max(1, Math.min(longestWaitSeconds, Math.floor(waitTimeoutMs / 1000)))
  const path = `/${appName}/machines/${id}/wait?state=started&timeout=${seconds}`
  const backoff = createBackoff(500, 2_000)
  for (;;) {
    try {
      await api.machines({ path, answer: ignored, signal })
      return
    } catch (error) {
      if (host.signal.aborted) throw error
      if (deadline.aborted) throw neverStarted()
    }
    await sleep(backoff(), signal)
  }
}

function neverStarted(): FlyctlError {
  return new FlyctlError("timeout reached waiting for machine's state to change", {
    description: `Your machine was created, but never started or exited immediately. This could mean that your app is taking a long time to start,
but it could be indicative of a region issue.

Alternatively, your app may have exited immediately due to a startup failure. Check your Dockerfile
to ensure it specifies a valid start command (e.g., check that your 'CMD' or 'ENTRYPOINT' is correct).
You can also try running 'fly logs' to see what happened when the machine tried to start.`,
    suggestion: `You can try deploying to a different region,
or you can try increasing the timeout with the --wait-timeout flag`,
  })
}
