import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { fullScope } from '../../src/access/caller.js'
import { serveHttp } from '../../src/mcp/http.js'
import { startHttpServer } from '../support/http-server.js'
import { createFixtureServer } from './fixture-server.js'
import { runOfficialSuite } from './official-suite.js'

/** They look for a session first, and find none. */
const withSessions = ['server-sse-multiple-streams']

/** The server asks the client: without sessions, the answer never reaches who asked. */
const askingTheClient = [
  'elicitation-sep1034-defaults',
  'elicitation-sep1330-enums',
  'tools-call-elicitation',
  'tools-call-sampling',
]

const withoutFixtures = ['dns-rebinding-protection', 'ping', 'server-initialize', 'tools-list']

test('flyops passes all that the official suite asks of a server without fixtures', async () => {
  const server = await startHttpServer()
  onTestFinished(async () => {
    await server.stop()
  })
  const { passed, notApplicable, failed } = await runOfficialSuite(server.url)
  tell(
    `flyops serve --http: ${passed.length} of ${withoutFixtures.length} scenarios that need no fixtures passed ` +
      `(${failed.length} need some, ${notApplicable.length} sessions)`,
  )
  expect(passed).toEqual(withoutFixtures)
  expect(notApplicable).toEqual(withSessions)
})

test('with fixtures behind our HTTP, all that MCP requires without sessions passes', async () => {
  const { passed, notApplicable, failed } = await runOfficialSuite(await serveFixtures())
  const total = passed.length + notApplicable.length + failed.length
  tell(
    `required set of 2025-11-25 on our HTTP: ${passed.length} of ${total} scenarios passed, ` +
      `${failed.length} failed and ${notApplicable.length} not applicable, for there are no sessions`,
  )
  expect(failed).toEqual(askingTheClient)
  expect(notApplicable).toEqual(withSessions)
  expect(passed).toHaveLength(25)
})

async function serveFixtures(): Promise<URL> {
  const ending = new AbortController()
  const stderr = new PassThrough()
  const served = serveHttp(
    {
      host: '127.0.0.1',
      port: '0',
      token: undefined,
      tokensFile: undefined,
      allowedHosts: [],
      commit: undefined,
    },
    {
      createServer: createFixtureServer,
      localCaller: { owner: 'local', scope: fullScope },
      ending: ending.signal,
      stderr,
      idle: async () => {},
    },
  )
  onTestFinished(async () => {
    ending.abort()
    await served
  })
  const [line] = await once(stderr, 'data')
  return new URL(/Listening on (\S+)/.exec(String(line))?.[1] ?? '')
}

function tell(counts: string): void {
  process.stdout.write(`Conformance, ${counts}\n`)
}
