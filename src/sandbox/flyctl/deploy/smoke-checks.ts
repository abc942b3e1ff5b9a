import { fetchLogs } from '../api/logs.js'
import { getMachine } from '../api/machines.js'
import { createBackoff, sleep } from '../program/clock.js'
import { FlyctlError, wrap } from '../program/failure.js'
import type { Machine } from '../shapes/machine.js'
import type { Deployment } from './deployment.js'

/** A machine that has been up for so long, or is not seen to crash meanwhile, passes. */
const windowMs = 10_000

/** Raises FlyctlError, with the log's lines, where a machine ends again and again. */
export async function passSmokeChecks(deployment: Deployment, machine: Machine): Promise<void> {
  const { api, appName, host } = deployment
  const id = machine.id ?? ''
  const deadline = AbortSignal.timeout(windowMs)
  const signal = AbortSignal.any([host.signal, deadline])
  const backoff = createBackoff(500, 2_000)
  while (!deadline.aborted) {
    const current = await getMachine(api, appName, id, signal).catch((error: unknown) => {
      if (host.signal.aborted) throw error
      if (!deadline.aborted) throw wrap(`error getting machine ${id} from api`, error)
      return undefined
    })
    if (current === undefined) return
    if (isCrashing(current)) throw await crashed(deployment, machine)
    if (Date.now() - startedAtMs(current) > windowMs) return
    await sleep(backoff(), signal)
  }
  // Interrupted in a pause: the next request says so.
  if (host.signal.aborted) await getMachine(api, appName, id)
}

/** The newest exit was a failure that the platform answers with yet another start. */
export function isCrashing({ events = [] }: Machine): boolean {
  const { request } = events.find(({ type }) => type === 'exit') ?? {}
  const { requested_stop, restarting, exit_code = 0 } = request?.exit_event ?? {}
  return (
    !requested_stop && restarting === true && (request?.restart_count ?? 0) > 1 && exit_code !== 0
  )
}

/** When it last started, or never: events come newest first, and a start counts after its launch. */
export function startedAtMs({ events = [] }: Machine): number {
  const never = Number.POSITIVE_INFINITY
  const launch = events.findIndex(({ type }) => type === 'launch')
  if (launch === -1) return never
  const since = events.slice(0, launch)
  const start = since.findLastIndex(({ type }) => type === 'start')
  const exit = since.findLastIndex(({ type }) => type === 'exit')
  if (start === -1 || (exit !== -1 && exit <= start)) return never
  return since[start]?.timestamp ?? never
}

async function crashed(deployment: Deployment, machine: Machine): Promise<FlyctlError> {
  const { id = '' } = machine
  const reason = `failed: the app appears to be crashing`
  const logs = await lastLines(deployment, machine)
  return new FlyctlError(`smoke checks for ${id} ${reason}`, {
    suggestion: `Smoke checks for ${id} ${reason}\nCheck its logs: here's the last lines below, or run 'fly logs -i ${id}':\n${logs}`,
  })
}

async function lastLines(
  { api, appName, config, host }: Deployment,
  { id = '', updated_at = '' }: Machine,
): Promise<string> {
  try {
    const region = config.primary_region ?? ''
    const { entries } = await fetchLogs(api, { app: appName, token: '', machine: id, region })
    const since = entries.filter(({ timestamp = '' }) => timestamp >= updated_at)
    return since.map(({ message }) => `${message}\n`).join('')
  } catch {
    host.err(
      `Warn: got an error retrieving the logs so we can't show you what failed. Use \`fly logs -i ${id}\` or open the monitoring dashboard to see them: https://fly.io/apps/${appName}/monitoring?region=&instance=${id}\n`,
    )
    return `<error fetching logs, try \`fly logs -i ${id}>`
  }
}
