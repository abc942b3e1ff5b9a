import { fetchLogs } from '../api/logs.js'
import { getMachine, type Machine, machineName } from '../api/machines.js'
import { createBackoff, retrying, sleep } from '../clock.js'
import { FlyctlError, wrap } from '../failure.js'
import { type Deployment, machinePath } from './deployment.js'
import type { StatusLine } from './status-line.js'

const longestWaitSeconds = 60

/** Waits until a machine is started. Raises FlyctlError after the deploy's wait timeout. */
export async function waitUntilStarted(deployment: Deployment, { id }: Machine): Promise<void> {
  const { api, host, waitTimeoutMs } = deployment
  const { deadline, signal } = within(waitTimeoutMs, host.signal)
  const seconds = Math.max(1, Math.min(longestWaitSeconds, Math.floor(waitTimeoutMs / 1000)))
  const path = `${machinePath(deployment, id)}/wait?state=started&timeout=${seconds}`
  const retry = { fromMs: 500, toMs: 2_000, signal, isFinal: () => signal.aborted }
  await retrying(() => api.machines({ path, signal }), retry).catch((error: unknown) => {
    if (host.signal.aborted || !deadline.aborted) throw error
    throw new FlyctlError("timeout reached waiting for machine's state to change", {
      suggestion:
        "Your machine was created, but never started or exited immediately: 'fly logs' may say why. Or try increasing the timeout with the --wait-timeout flag",
    })
  })
}

function within(ms: number, ending: AbortSignal) {
  const deadline = AbortSignal.timeout(ms)
  return { deadline, signal: AbortSignal.any([ending, deadline]) }
}

/**
 * Waits until every check of a machine passes; at once where none is configured. Raises FlyctlError after
 * the wait timeout. `line`, where given, tells how many pass.
 */
export async function passHealthChecks(
  { api, app, host, waitTimeoutMs }: Deployment,
  machine: Machine,
  line?: StatusLine,
): Promise<void> {
  if (!isChecked(machine)) return
  const { id } = machine
  const { deadline, signal } = within(waitTimeoutMs, host.signal)
  let isTold = false
  for (const backoff = createBackoff(1_000, 2_000); ; await sleep(backoff(), signal)) {
    const current = await getMachine(api, app, id, signal).catch((error: unknown) => {
      if (host.signal.aborted) throw error
      const late = `timeout reached waiting for health checks to pass for machine ${id}`
      throw wrap(deadline.aborted ? late : `error getting machine ${id} from api`, error)
    })
    const { checks = [] } = current
    const passing = checks.filter(({ status }) => status === 'passing').length
    const isHealthy = checks.length > 0 && passing === checks.length
    if (isHealthy || !isTold)
      line?.(`Waiting for ${machineName(machine)} to become healthy: ${passing}/${checks.length}`)
    if (isHealthy) return
    isTold = true
  }
}

/** By its configuration: a machine that was just made tells nothing about its checks yet. */
function isChecked({ config: { checks = {}, services = [] } }: Machine): boolean {
  const ofServices = services.flatMap((service) => service.checks ?? [])
  return ofServices.length > 0 || Object.keys(checks).length > 0
}

/** A machine that has been up for so long, or is not seen to crash meanwhile, passes. */
const smokeMs = 10_000

/** Raises FlyctlError, with the log's lines, where a machine ends again and again. */
export async function passSmokeChecks(deployment: Deployment, machine: Machine): Promise<void> {
  const { api, app, host, smokeChecks } = deployment
  if (!smokeChecks) return
  const { id } = machine
  const { deadline, signal } = within(smokeMs, host.signal)
  for (const backoff = createBackoff(500, 2_000); ; await sleep(backoff(), signal)) {
    const current = await getMachine(api, app, id, signal).catch((error: unknown) => {
      if (deadline.aborted && !host.signal.aborted) return undefined
      throw host.signal.aborted ? error : wrap(`error getting machine ${id} from api`, error)
    })
    if (current === undefined) return
    if (isCrashing(current)) throw await crashed(deployment, machine)
    if (Date.now() - startedAtMs(current) > smokeMs) return
  }
}

/** The newest exit, of this release or not, was a failure that the platform answers with yet another start. */
function isCrashing({ events = [] }: Machine): boolean {
  const { request } = events.find(({ type }) => type === 'exit') ?? {}
  const { requested_stop, restarting, exit_code = 0 } = request?.exit_event ?? {}
  const restarts = request?.restart_count ?? 0
  return !requested_stop && restarting === true && restarts > 1 && exit_code !== 0
}

/** When it last started, or never: a start counts after its launch, and until it ends. */
function startedAtMs({ events = [] }: Machine): number {
  const launch = events.findIndex(({ type }) => type === 'launch')
  const since = events.slice(0, Math.max(launch, 0))
  const newest = since.find(({ type }) => type === 'start' || type === 'exit')
  return newest?.type === 'start' ? newest.timestamp : Number.POSITIVE_INFINITY
}

async function crashed({ api, app, config }: Deployment, machine: Machine): Promise<FlyctlError> {
  const { id, updated_at } = machine
  const request = { app, machine: id, region: config.primary_region }
  const { entries } = await fetchLogs(api, request).catch(() => ({ entries: [] }))
  const lines = entries
    .filter(({ timestamp }) => timestamp >= updated_at)
    .map(({ message }) => message)
  const hint = `Check its logs: here's the last lines below, or run 'fly logs -i ${id}':`
  return new FlyctlError(`smoke checks for ${id} failed: the app appears to be crashing`, {
    suggestion: [hint, ...lines].join('\n'),
  })
}
