import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../../support/client.js'
import { mcpHeaders, send, toolCall } from '../../support/http-server.js'
import { projectRoot } from '../../support/paths.js'
import type { Project } from '../../support/project.js'
import { flyctls, sandboxEnv, uniqueName } from '../flyctls.js'
import { scratch } from '../test-sandbox.js'
import { makeBaseImages, notProven } from './base-images.js'
import { copyOwnRepository } from './own-repository.js'

const token = 'self-0123456789abcdef'

let buildArgs: Readonly<Record<string, string>>
let project: Project

beforeAll(async () => {
  const [bases, repository] = await Promise.all([makeBaseImages(sandboxEnv()), copyOwnRepository()])
  project = repository
  process.stdout.write(`The Dockerfile, on stand-ins of its bases. Not proven: ${notProven}.\n`)
  buildArgs = { ...bases.buildArgs, COMMIT: await project.git('rev-parse', 'HEAD') }
})
afterAll(() => project?.remove())

describe.each(flyctls)('flyops deploys flyops, with $name', ({ isThere, env }) => {
  describe.skipIf(!isThere)('and the deployed one', () => {
    const app = uniqueName('self')
    let client: TestClient
    let image: string
    let url: string

    beforeAll(async () => {
      client = await connectClient({
        root: project.root,
        env: { ...env(), FLYOPS_HTTP_TOKEN: token },
      })
      ;({ image } = await client.call<{ image: string }>('build_image', {
        app,
        build_args: buildArgs,
      }))
      await client.call('create_app', { app })
      await client.call('push_image', { image })
      const secret = { app, names: ['FLYOPS_HTTP_TOKEN'], from: 'env', stage: true }
      await client.call('set_secrets', secret)
      const deploy = { app, image, required_secrets: ['FLYOPS_HTTP_TOKEN'] }
      const deployed = await client.call<{ url: string; verdict: string }>('deploy_image', deploy)
      expect(deployed).toMatchObject({ verdict: 'healthy', release: 1 })
      url = deployed.url
    })
    afterAll(() => client?.close())

    test('tells its version and its commit to everybody, and nothing else', async () => {
      const info = await (await fetch(new URL('/info', url))).text()
      expect(info).toContain('Health Ok!')
      expect(info).toContain(buildArgs.COMMIT)
      const body = toolCall('doctor', {})
      expect((await send(new URL('/mcp', url), { headers: mcpHeaders, body })).status).toBe(401)
    })

    test('offers its tools over HTTP to who has the token', async () => {
      const remote = new Client({ name: 'test', version: '1' })
      const headers = { authorization: `Bearer ${token}` }
      const transport = new StreamableHTTPClientTransport(new URL('/mcp', url), {
        requestInit: { headers },
      })
      await remote.connect(transport)
      const [there, here] = await Promise.all([remote.listTools(), client.client.listTools()])
      expect(there.tools).toEqual(here.tools)

      const { structuredContent: found } = await remote.callTool({ name: 'doctor', arguments: {} })
      const { checks } = found as { checks: { name: string; status: string }[] }
      const ok = checks.filter(({ status }) => status === 'ok').map(({ name }) => name)
      expect(ok).toEqual(expect.arrayContaining(['docker', 'flyctl', 'disk', 'journal']))

      const refused = await remote.callTool({ name: 'create_app', arguments: { app: 'No Name' } })
      expect(refused).toMatchObject({ isError: true })
      const failed = await remote.callTool({ name: 'list_releases', arguments: { app } })
      expect(failed).toMatchObject({
        isError: true,
        _meta: { 'flyops/error': { code: 'not_authenticated' } },
      })
      await remote.close()
    })

    test('has its token from Fly alone: no toml, no image and no log tells it', async () => {
      const toml = await readFile(join(project.root, `fly-${app}.toml`), 'utf8')
      expect(toml).toContain('kill_timeout = "5m"')
      const inspected = await docker('image', 'inspect', image)
      const journal = await readFile(join(scratch(), 'state', 'journal.jsonl'), 'utf8')
      for (const text of [toml, inspected, journal, client.log()]) expect(text).not.toContain(token)
    })
  })
})

describe('the image of flyops, of a release', () => {
  const image = uniqueName('flyops-image')

  beforeAll(async () => {
    const release = await mkdtemp(join(tmpdir(), 'flyops-release-'))
    await execa(process.execPath, ['scripts/release.mjs', release], { cwd: projectRoot })
    const args = Object.entries(buildArgs).map(([name, value]) => `--build-arg=${name}=${value}`)
    await docker('build', '--quiet', `--tag=${image}`, ...args, join(release, 'container'))
    await rm(release, { recursive: true })
  })

  test('runs as nobody special, and says what it is', async () => {
    const [{ Config }] = JSON.parse(await docker('image', 'inspect', image))
    expect(Config.User).toBe('node')
    expect(Config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'flyops',
      'io.modelcontextprotocol.server.name': 'io.github.flyops/flyops',
    })
  })

  test.each([
    ['git', '--version'],
    ['docker', '--version'],
    ['flyctl', 'version'],
  ])('holds %s', async (program, flag) => {
    expect(await docker('run', '--rm', `--entrypoint=${program}`, image, flag)).toMatch(
      new RegExp(program, 'i'),
    )
  })

  test('does not serve others without a token, and says why in one line', async () => {
    const { exitCode, stderr } = await execa('docker', ['run', '--rm', image], {
      env: sandboxEnv(),
      reject: false,
    })
    expect(exitCode).toBe(1)
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('FLYOPS_HTTP_TOKEN')])
  })

  test('finds itself healthy', async () => {
    const flags = ['--env=FLYOPS_HTTP_TOKEN', '--health-interval=1s']
    const id = (await docker('run', '--detach', '--rm', ...flags, image)).trim()
    try {
      const health = async () =>
        (await docker('inspect', '--format={{.State.Health.Status}}', id)).trim()
      await expect.poll(health, { timeout: 60_000, interval: 500 }).toBe('healthy')
    } finally {
      await docker('rm', '--force', id)
    }
  })
})

async function docker(...args: string[]): Promise<string> {
  const env = { ...sandboxEnv(), FLYOPS_HTTP_TOKEN: token }
  return (await execa('docker', args, { env })).stdout
}
