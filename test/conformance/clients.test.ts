import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serverCommand } from '../support/client.js'
import { type HttpServer, startHttpServer } from '../support/http-server.js'
import { statuses } from '../support/journal-files.js'
import { offeredTools } from '../support/offered-tools.js'
import { fixtureProgram } from '../support/paths.js'
import { played } from '../support/played.js'
import { createProject, type Project } from '../support/project.js'
import { type RealClient, realClients } from './real-clients.js'
import { runPackaged } from './run-program.js'

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
    FLYOPS_DOCKER: fixtureProgram('fake-docker'),
    FAKE_DOCKER: played({}),
    FAKE_DOCKER_CALLS: join(home, 'calls'),
    FLYOPS_FLYCTL: fixtureProgram('fake-flyctl'),
    FAKE_FLYCTL: played({}),
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
      expect(result.tools.map(({ name }: { name: string }) => name)).toEqual(offeredTools)
      expect(stderr).toBe('')
    },
  )

  test.each(['stdio', 'HTTP'])('%s: calls a tool', async (target) => {
    const { result } = await inspect(target, '--method', 'tools/call', '--tool-name', 'doctor')
    expect(result.structuredContent).toMatchObject({ checks: expect.any(Array) })
  })
})

const missing = process.env.FLYOPS_PYTHON_MCP ? [] : ['the Python SDK']
if (missing.length > 0)
  process.stdout.write(`Not tried: ${missing}; FLYOPS_PYTHON_MCP names a Python that has mcp\n`)

/** As long as a slow machine may take. */
const slowly = { timeout: 20_000 }

/** A docker whose builds never end by themselves. */
const docker = {
  '--version': { stdout: 'Docker version 20.10.24, build 0000000' },
  'buildx version': { exit: 1 },
  build: { stderr: '#5 [2/2] RUN make\n', waits: true },
}

describe.each(Object.entries(realClients))('a client of %s', (name, connect) => {
  describe.skipIf(missing.includes(name)).each(['stdio', 'HTTP'])('over %s', (wire) => {
    let project: Project
    let server: HttpServer | undefined
    let stateDir: string
    let client: RealClient

    beforeAll(async () => {
      project = await createProject('hello')
      const { root } = project
      stateDir = join(root, '.git', 'state')
      const env = { ...stdioEnvironment(), FAKE_DOCKER: played(docker) }
      const settings = { ...closed, FLYOPS_STATE_DIR: stateDir }
      server = wire === 'HTTP' ? await startHttpServer({ root, docker, env: settings }) : undefined
      const command = serverCommand({ root, env: { ...env, ...settings, FLYOPS_ROOT: root } })
      client = await connect(server ?? command)
    })
    afterAll(async () => {
      await client.close()
      await server?.stop()
      await project.remove()
    })

    test('lists the tools and calls one', async () => {
      expect([undefined, '2026-07-28']).toContain(client.version)
      expect(client.tools).toEqual(offeredTools)
      expect(await client.call('doctor', {})).toMatchObject({ checks: expect.any(Array) })
    })

    test('gets at work that outlives its call, and stops it', async () => {
      const build = { app: 'hello', wait_seconds: 0 }
      const { job_id } = (await client.call('build_image', build)) as { job_id: string }
      const running = { status: 'running', job_id }
      expect(await client.call('get_job', { job_id, wait_seconds: 0 })).toMatchObject(running)
      expect(await client.call('cancel_job', { job_id })).toMatchObject({ status: 'cancelled' })
      expect(await statuses(stateDir)).toEqual(['cancelled'])
    })

    // Over stdio the AI SDK gives up without a word to the server; over HTTP it closes the connection.
    test.skipIf(name === 'the AI SDK' && wire === 'stdio')('gives up a call', async () => {
      const leaving = new AbortController()
      const called = client.call('build_image', { app: 'hello' }, leaving.signal)
      const refused = expect(called).rejects.toThrow()
      await expect.poll(() => statuses(stateDir), slowly).toEqual(['cancelled', 'running'])
      leaving.abort()
      await refused
      await expect.poll(() => statuses(stateDir), slowly).toEqual(['cancelled', 'cancelled'])
    })
  })
})
