import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, type HttpServer, rpc, send, startHttpServer } from '../support/http-server.js'
import { hasPostgres, type Postgres, startPostgres, whyNoPostgres } from '../support/postgres.js'

const token = 'requests-0123456789abcdef'

let postgres: Postgres
let servers: readonly HttpServer[] = []

describe.skipIf(!hasPostgres)(`requests at two instances${whyNoPostgres}`, () => {
  beforeAll(async () => {
    postgres = await startPostgres()
    const env = { FLYOPS_HTTP_TOKEN: token, FLYOPS_DATABASE_URL: postgres.url }
    servers = await Promise.all([startHttpServer({ env }), startHttpServer({ env })])
  })
  afterAll(async () => {
    for (const server of servers) await server.stop()
    await postgres.stop()
  })

  async function ask() {
    const answers = servers.map(({ url }) =>
      send(url, { headers: bearer(token), body: rpc('ping') }),
    )
    return Promise.all(answers)
  }
  const statuses = async () => (await ask()).map(({ status }) => status)

  test('a caller has one limit for both, and while the database is away one for each', async () => {
    expect(await statuses()).toEqual([200, 200])
    const isCounted = async () => {
      await ask()
      return postgres.query('select caller from flyops.requests')
    }
    await expect.poll(isCounted, { timeout: 30_000 }).toEqual([{ caller: 'token' }])
    // Each by itself would let it in 600 times.
    await postgres.query('update flyops.requests set total = 600')
    await expect.poll(statuses, { timeout: 30_000 }).toEqual([429, 429])
    for (const answer of await ask()) {
      expect(answer.status).toBe(429)
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    await postgres.halt()
    expect(await statuses()).toEqual([200, 200])
  })
})
