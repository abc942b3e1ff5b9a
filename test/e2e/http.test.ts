import { type ChildProcess, spawn } from 'node:child_process'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mainScript } from '../support/paths.js'

let server: ChildProcess
let url: URL

beforeAll(async () => {
  const { PATH = '' } = process.env
  server = spawn(process.execPath, [mainScript, 'serve', '--http', '--port', '0'], {
    env: { PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  url = await new Promise<URL>((resolve) => {
    server.stderr?.on('data', (chunk: Buffer) => {
      const [, address] = /Listening on (\S+)/.exec(chunk.toString()) ?? []
      if (address !== undefined) resolve(new URL(address))
    })
  })
})
afterAll(async () => {
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  await ended
})

describe('MCP over HTTP, on loopback', () => {
  test('a client lists the tools and calls one', async () => {
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(new StreamableHTTPClientTransport(url))
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toContain('create_app')
    const result = await client.callTool({ name: 'create_app', arguments: { app: 'Not Legal' } })
    expect(result._meta?.['flyops/error']).toMatchObject({ code: 'invalid_input' })
    await client.close()
  })

  test('/info says that the server is well', async () => {
    const response = await fetch(new URL('/info', url))
    expect([response.status, await response.text()]).toEqual([200, 'Health Ok!'])
  })

  test.each([
    ['another Origin', { origin: 'https://evil.example' }],
    ['no Origin at all', { origin: 'null' }],
  ])('a page of %s is refused', async (_name, headers) => {
    const response = await fetch(url, { method: 'POST', headers, body: '{}' })
    expect(response.status).toBe(403)
  })

  test('it does not listen for others', async () => {
    const { exitCode, stderr } = await execa(
      process.execPath,
      [mainScript, 'serve', '--http', '--host', '0.0.0.0'],
      {
        reject: false,
      },
    )
    expect(exitCode).toBe(2)
    expect(stderr).toContain('loopback')
  })
})
