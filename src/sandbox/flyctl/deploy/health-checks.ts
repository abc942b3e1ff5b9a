import { getMachine } from '../api/machines.js'
import { createBackoff, sleep } from '../program/clock.js'
import { wrap } from '../program/failure.js'
import type { StatusLine } from '../program/status-lines.js'
import type { Machine } from '../shapes/machine.js'
import { type Deployment, machineName } from './deployment.js'

/**
 * Waits until every check of a machine passes; at once where none is configured. Raises FlyctlError after
 * the wait timeout. `line`, where given, tells how many pass.
 */
export async function passHealthChecks(
  { api, appName, host, waitTimeoutMs }: Deployment,
  machine: Machine,
  line?: StatusLine,
): Promise<void> {
  if (countConfigured(machine) === 0) return
  const id = machine.id ?? ''
  const deadline = AbortSignal.timeout(waitTimeoutMs)
  const signal = AbortSignal.any([host.signal, deadline])
  const backoff = createBackoff(1_000, 2_000)
  let isTold = false
  for (;;) {
    const { checks = [] } = await getMachine(api, appName, id, signal).catch((error: unknown) => {
      if (host.signal.aborted) throw error
      if (deadline.aborted)
        throw wrap(`timeout reached waiting for health checks to pass for machine ${id}`, error)
      throw wrap(`error getting machine ${id} from api`, error)
    })
    const passing = checks.filter(({ status }) => status === 'passing').length
    const isHealthy = checks.length > 0 && passing === checks.length
    if (isHealthy || !isTold)
      line?.log(
        `Waiting for ${machineName(machine)} to become healthy: ${passing}/${checks.length}\n`,
      )
    if (isHealthy) return
    isTold = true
    await sleep(backoff(), signal)
  }
}

/** By the configuration: a machine that was just made tells nothing about its checks yet. */
function countConfigured({ config, incomplete_config }: Machine): number {
  const { checks = {}, services = [] } = config ?? incomplete_config ?? {}
  const ofServices = services.map((service) => service.checks?.length ?? 0)
  return ofServices.reduce((sum, count) => sum + count, Object.keys(checks).length)
}
