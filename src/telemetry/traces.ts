import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Attributes,
  type Context,
  DiagLogLevel,
  defaultTextMapGetter,
  diag,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { untilEnd, type Watch, type WatchedEnd, type WatchedWork } from '../flow/watch.js'
import type { Log } from '../log.js'
import { version } from '../version.js'
import { ownResource } from './resource.js'

export interface Traces {
  readonly watch: Watch
  /** At the end: resolves when the spans are sent, or a few seconds are over. */
  flush(): Promise<void>
}

/** So long a process that ends still tries. */
const flushMs = 3_000

/**
 * Spans of what flyops does, sent by OTLP over HTTP as JSON. The exporter reads its own OTEL_… variables: address, headers,
 * certificates, compression and time limit. What it cannot send is told in the log, and nothing waits for it.
 */
export function openTraces(log: Log): Traces {
  const ignore = () => {}
  const unsent = (error: unknown) => log.warn({ why: String(error) }, 'traces could not be sent')
  // Its warnings show the values of headers.
  const logger = { error: unsent, warn: ignore, info: ignore, debug: ignore, verbose: ignore }
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true })
  const exporter = new OTLPTraceExporter()
  const spanProcessors = [new BatchSpanProcessor({ exporter })]
  const provider = new TracerProvider({ resource: ownResource(), spanProcessors })
  const tracer = provider.getTracer('flyops', version)
  const active = new AsyncLocalStorage<Context>()
  /** The provider knows nothing of what is on its way. */
  async function sendAll(): Promise<void> {
    const sent = provider.forceFlush({ timeoutMillis: flushMs }).then(() => exporter.forceFlush())
    await Promise.race([sent, sleep(flushMs, undefined, { ref: false })]).catch(unsent)
  }
  let flushing: Promise<void> | undefined
  return {
    watch(work, run, endOf) {
      const parent = contextOf(work) ?? active.getStore() ?? ROOT_CONTEXT
      const span = tracer.startSpan(nameOf(work), describe(work), parent)
      const end = (ended: WatchedEnd) => {
        span.setAttributes(attributesOf(work, ended))
        if (ended.code !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
      }
      return active.run(trace.setSpan(parent, span), () => untilEnd(run, endOf, end))
    },
    // Whoever ends asks more than once, and is not to wait for a collector that is away each time.
    flush() {
      flushing ??= sendAll()
      return flushing
    },
  }
}

const propagator = new W3CTraceContextPropagator()

/** Undefined where its caller told of no span. */
function contextOf({ trace: carrier }: WatchedWork): Context | undefined {
  return carrier && propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter)
}

/** Calls as OpenTelemetry's conventions for MCP have them. */
function nameOf({ kind, tool }: WatchedWork): string {
  if (kind === 'call') return `tools/call ${tool}`
  return kind === 'job' ? `job ${tool}` : tool
}

function describe({ kind, tool, app, id }: WatchedWork) {
  const call = {
    'mcp.method.name': 'tools/call',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': tool,
  }
  return {
    kind: kind === 'call' ? SpanKind.SERVER : SpanKind.INTERNAL,
    attributes: {
      ...(kind === 'call' ? call : {}),
      ...(app === undefined ? {} : { 'flyops.app': app }),
      ...(id === undefined ? {} : { [`flyops.${kind}.id`]: id }),
    },
  }
}

/** What proves how it went; neither arguments nor messages are told. */
const told = ['commit', 'digest', 'release', 'verdict']

function attributesOf({ kind }: WatchedWork, { code, result }: WatchedEnd): Attributes {
  const facts = Object.entries(result).flatMap(([name, value]) =>
    told.includes(name) ? [[`flyops.${name}`, value]] : [],
  )
  // By the conventions: a tool that failed is answered all the same.
  const type = kind === 'call' ? 'tool_error' : code
  const error = code === undefined ? {} : { 'error.type': type, 'flyops.error.code': code }
  return { ...Object.fromEntries(facts), ...error }
}
