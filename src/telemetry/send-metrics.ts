import { setTimeout as sleep } from 'node:timers/promises'
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http'
import type { Log } from '../log.js'
import { version } from '../version.js'
import { type Numbers, toAttributes, toOtlp } from './otlp-metrics.js'
import { ownResource } from './resource.js'

export interface SentMetrics {
  /** At the end: resolves when the last numbers are sent, or a few seconds are over. */
  flush(): Promise<void>
}

/** As OpenTelemetry has it, where OTEL_METRIC_EXPORT_INTERVAL says nothing else. */
const defaultIntervalMs = 60_000
/** So long a process that ends still tries. */
const flushMs = 3_000

const json = {
  serializeRequest: (body: object) => Buffer.from(JSON.stringify(body)),
  deserializeResponse: () => ({}),
}
const nothingCounted = { name: 'metric_data_point', countItems: () => 0 } as const

/** Sends what /metrics would tell, by OTLP over HTTP as JSON, now and then and at the end; OTEL_… variables say where. */
export function sendMetrics(metrics: Numbers, log: Log, interval: string | undefined): SentMetrics {
  const startedAtMs = Date.now()
  const headers = { 'Content-Type': 'application/json' }
  const options = convertLegacyHttpOptions({}, 'METRICS', 'v1/metrics', headers)
  const exporter = createOtlpHttpExportDelegate(options, json, '', nothingCounted, undefined)
  const resource = { attributes: toAttributes(ownResource().attributes) }
  const scope = { name: 'flyops', version }

  async function send(): Promise<void> {
    const told = toOtlp(await metrics.values(), { startedAtMs, nowMs: Date.now() })
    if (told.length === 0) return
    const body = { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: told }] }] }
    await new Promise<void>((resolve) => {
      exporter.export(body, ({ error }) => {
        if (error !== undefined) log.warn({ why: String(error) }, 'metrics could not be sent')
        resolve()
      })
    })
  }
  const timer = setInterval(() => void send(), Number(interval) || defaultIntervalMs).unref()
  let flushing: Promise<void> | undefined
  return {
    flush() {
      clearInterval(timer)
      flushing ??= Promise.race([send(), sleep(flushMs, undefined, { ref: false })])
      return flushing
    },
  }
}
