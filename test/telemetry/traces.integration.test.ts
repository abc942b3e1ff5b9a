import { expect, test } from 'vitest'
import { mcpHeaders, rpc, send, startHttpServer } from '../support/http-server.js'
import { openCollector } from '../support/otlp-collector.js'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

/** Makes one call that fails, as a client within a span of its own, and ends the server. */
async function callOnce(env: Record<string, string>) {
  const server = await startHttpServer({ env })
  const params = {
    name: 'build_image',
    arguments: { app: 'hello' },
    _meta: { traceparent: `00-${traceId}-${spanId}-01` },
  }
  await send(server.url, { headers: mcpHeaders, body: rpc('tools/call', params) })
  expect(await server.stop()).toBe(0)
  return server.written()
}

test('a call belongs to the span that its client tells of, and is sent before the server ends', async () => {
  const { url, spans, metrics, headers } = await openCollector()
  const { stderr } = await callOnce({
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=key-0123456789abcdef',
    OTEL_SERVICE_NAME: 'our-flyops',
  })
  expect(spans.find(({ name }) => name === 'tools/call build_image')).toMatchObject({
    traceId,
    parentSpanId: spanId,
    kind: 2,
    attributes: {
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'build_image',
      'error.type': 'tool_error',
      'flyops.error.code': 'dockerfile_missing',
    },
    resource: { 'service.name': 'our-flyops', 'service.version': expect.any(String) },
  })
  expect(spans.map(({ name }) => name)).toContain('job build_image')
  expect(metrics.map(({ name }) => name)).toEqual([
    'flyops_call_duration_seconds',
    'flyops_job_duration_seconds',
    'flyops_jobs_running',
  ])
  expect(metrics[0]?.resource).toMatchObject({
    'service.name': 'our-flyops',
    'service.instance.id': spans[0]?.resource['service.instance.id'],
  })
  for (const each of headers) expect(each).toMatchObject({ 'x-key': 'key-0123456789abcdef' })
  expect(stderr).not.toContain('key-0123456789abcdef')
})

test('a collector that refuses is told of in the log', async () => {
  const { url } = await openCollector(401)
  const { stderr } = await callOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: url })
  expect(stderr).toMatch(/"why":".*Unauthorized.*","message":"traces could not be sent"/)
  expect(stderr).toMatch(/"why":".*Unauthorized.*","message":"metrics could not be sent"/)
})
