import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('../../dist/flyctl.js', import.meta.url))
const count = 300

test('an answer that is longer than a pipe arrives whole', async () => {
  const nodes = Array.from({ length: count }, (_, index) => ({
    name: `app-${index}-${'x'.repeat(500)}`,
  }))
  const data = { apps: { pageInfo: { hasNextPage: false, endCursor: '' }, nodes } }
  const api = createServer((_request, response) => response.end(JSON.stringify({ data })))
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  try {
    const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
    const env = {
      FLY_API_BASE_URL: url,
      FLY_FLAPS_BASE_URL: url,
      FLY_UIEX_BASE_URL: url,
      FLY_API_TOKEN: 'token',
    }
    const { stdout } = await execa(process.execPath, [program, 'apps', 'list', '--json'], { env })
    expect(stdout.length).toBeGreaterThan(2 * 64 * 1024)
    expect(JSON.parse(stdout)).toHaveLength(count)
  } finally {
    api.close()
  }
})
