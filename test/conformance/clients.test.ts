import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogue } from '../../src/tools/catalogue.js'
import { serverCommand } from '../support/client.js'
import { type HttpServer, startHttpServer } from '../support/http-server.js'
import { fixtureProgram } from '../support/paths.js'
import { runPackaged } from './run-program.js'

const toolNames = catalogue.map(({ name }) => name)

/** Nothing listens there: doctor, which looks at the registry, asks no one beyond this machine. */
const closed = { FLY_REGISTRY_HOST: '127.0.0.1:9' }

let home: string
let http: HttpServer

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'flyops-clients-'))
  http = await startHttpServer({ env: closed })
})
afterAll(async () => {
  await http.stop()
  await rm(home, { recursive: true, force: true })
})

function stdioEnvironment(): Record<string, string> {
  return {
    ...closed,
    FLYOPS_ROOT: home,
    FLYOPS_STATE_DIR: join(home, 'state'),
    FLYOPS_DOCKER: fixtureProgram('fake-docker.mjs'),
    FAKE_DOCKER: '{}',
    FAKE_DOCKER_CALLS: join(home, 'calls'),
    FLYOPS_FLYCTL: fixtureProgram('fake-flyctl.mjs'),
    FAKE_FLYCTL: '{}',
    FAKE_FLYCTL_CALLS: join(home, 'calls'),
  }
}

describe('the command line of the MCP Inspector', () => {
  const targets: Readonly<Record<string, () => readonly string[]>> = {
    stdio: () => {
      const { command, args } = serverCommand({ root: home, env: {} })
      const [script = ''] = args
      const env = Object.entries(stdioEnvironment()).flatMap(([name, value]) => [
        '-e',
        `${name}=${value}`,
      ])
      return [...env, command, script, 'serve']
    },
    HTTP: () => ['--transport', 'http', http.url.href],
  }
  async function inspect(target: string, ...args: readonly string[]) {
    const all = ['--cli', ...(targets[target]?.() ?? []), '--format', 'json', ...args]
    const ran = await runPackaged('inspector/clients/launcher/build/index.js', all, home)
    expect(ran).toMatchObject({ status: 0 })
    return { ...ran, result: JSON.parse(ran.stdout).result }
  }

  test.each(['stdio', 'HTTP'])(
    '%s: lists the tools, and finds their schemas portable',
    async (target) => {
      const { result, stderr } = await inspect(target, '--method', 'tools/list', '--strict')
      expect(result.tools.map(({ name }: { name: string }) => name)).toEqual(toolNames)
      expect(stderr).toBe('')
    },
  )

  test.each(['stdio', 'HTTP'])('%s: calls a tool', async (target) => {
    const { result } = await inspect(target, '--method', 'tools/call', '--tool-name', 'doctor')
    expect(result.structuredContent).toMatchObject({ checks: expect.any(Array) })
  })
})

describe('a client of the second SDK', () => {
  test.each(['stdio', 'HTTP'])(
    '%s: speaks MCP 2026-07-28, lists the tools and calls one',
    async (target) => {
      const transport =
        target === 'HTTP'
          ? new StreamableHTTPClientTransport(http.url)
          : new StdioClientTransport({
              ...serverCommand({ root: home, env: stdioEnvironment() }),
              stderr: 'ignore',
            })
      const client = new Client(
        { name: 'test', version: '1' },
        { versionNegotiation: { mode: 'auto' } },
      )
      await client.connect(transport)
      expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
      const { tools } = await client.listTools()
      expect(tools.map(({ name }) => name)).toEqual(toolNames)
      const result = await client.callTool({ name: 'doctor', arguments: {} })
      expect(result.structuredContent).toMatchObject({ checks: expect.any(Array) })
      await client.close()
    },
  )
})
