import { type Composition, compose, type OwnProcess } from '../compose.js'
import { together, unwatched } from '../flow/watch.js'
import { createLog } from '../log.js'
import { removeAbandonedFolders } from '../process/private-folders.js'
import { createRedact } from '../process/redact.js'
import { loadSettings, type PolicyFlags, type Settings } from '../settings.js'
import type { Numbers } from '../telemetry/otlp-metrics.js'
import type { CommonFlags } from './common-flags.js'
import type { Host } from './host.js'
import { loadPolicy } from './load-policy.js'
import { sandboxEnvironment } from './sandbox-verb.js'

/** Who is told of the work, beside the caller. */
export interface Watching extends Pick<OwnProcess, 'auditStream' | 'watch'> {
  /** Of a server; a verb has none. */
  readonly metrics: Numbers
}

/**
 * Reads the settings and joins the parts; with --sandbox, on a local Fly that runs afterwards. Audit lines that are to be
 * written go to standard error where standard output has another use.
 */
export async function start(
  host: Host,
  flags: CommonFlags & PolicyFlags,
  { auditStream = host.stderr, watch = unwatched, metrics }: Partial<Watching> = {},
): Promise<Composition> {
  const env = flags.sandbox ? { ...host.env, ...(await sandboxEnvironment(host)) } : host.env
  void removeAbandonedFolders()
  const settings = loadSettings({ flags, env, cwd: host.cwd })
  const [policy, traces, sending] = await Promise.all([
    loadPolicy(settings),
    loadTraces(settings),
    loadSending(settings, metrics, env.OTEL_METRIC_EXPORT_INTERVAL),
  ])
  return compose(
    { ...settings, policy },
    {
      ...host,
      auditStream,
      watch: traces === undefined ? watch : together(watch, traces.watch),
      flushWatch: async () => void (await Promise.all([traces?.flush(), sending?.flush()])),
    },
  )
}

/** Undefined where nobody asks for them: then nothing of it is loaded. */
async function loadTraces({ traces, logLevel, secrets }: Settings) {
  if (!traces) return undefined
  const { openTraces } = await import('../telemetry/traces.js')
  return openTraces(createLog(logLevel, createRedact(secrets)))
}

async function loadSending(
  { sendsMetrics, logLevel, secrets }: Settings,
  metrics: Numbers | undefined,
  interval: string | undefined,
) {
  if (!sendsMetrics || metrics === undefined) return undefined
  const { sendMetrics } = await import('../telemetry/send-metrics.js')
  return sendMetrics(metrics, createLog(logLevel, createRedact(secrets)), interval)
}
