import { rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { catalogue } from '../../src/tools/catalogue.js'
import type { TestClient } from '../support/client.js'
import {
  errorCodeOf,
  type HttpServer,
  mcpHeaders,
  replyOf,
  send,
  toolCall,
} from '../support/http-server.js'
import type { Script } from '../support/played.js'
import { digest, machine, openScene, type Scene, says, status } from './hostile-flyctl.js'

const secret = 'the credentials of this machine'
const image = `registry.fly.io/hello@${digest}`
/** Where the API of a sandbox would be: apps on loopback are asked then. */
const beside = { FLY_API_BASE_URL: 'http://127.0.0.1:9' }

/** A server on loopback that notes what it is asked. */
async function serve(body: string) {
  const requests: (string | undefined)[] = []
  const server = createServer((request, response) => {
    requests.push(request.url)
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { host, requests, close: () => server.close() }
}

let inside: Awaited<ReturnType<typeof serve>>
let app: Awaited<ReturnType<typeof serve>>
let scene: Scene

beforeAll(async () => {
  inside = await serve(secret)
  app = await serve('the app')
  scene = await openScene()
})
afterAll(async () => {
  await scene.close()
  inside.close()
  app.close()
})
beforeEach(() => {
  inside.requests.length = 0
  app.requests.length = 0
})

/** Each names another host to something that resolves it against the app's URL. */
const paths = [
  '//HOST/latest',
  '/\\HOST/latest',
  '\\\\HOST/latest',
  '/\t/HOST/latest',
  '\n//HOST/latest',
  'http://HOST/latest',
  'http:HOST/latest',
  '@HOST/latest',
  ':80@HOST/latest',
  '/\0//HOST/latest',
  '/latest\r\nhost: HOST',
  '',
]
const hostilePath = (path: string) => path.replace('HOST', inside.host)

const asking = catalogue.flatMap(({ name, flags }) => {
  const fields = flags instanceof z.ZodObject ? Object.keys(flags.shape) : []
  return fields.filter((field) => /(?:^|_)path$/.test(field)).map((field) => [name, field] as const)
})
const app1 = { app: 'hello' }
const required: Readonly<Record<string, object>> = {
  test_image: { image },
  deploy_image: { ...app1, image },
  check_health: app1,
  ship: app1,
}

describe('a path of another host is refused before anything starts', () => {
  let client: TestClient
  let server: HttpServer

  beforeAll(async () => {
    client = await scene.connect({}, { FAKE_FLYCTL_CALLS: join(scene.folder, 'none') })
    server = await scene.serveHttp({}, { FAKE_DOCKER_CALLS: join(scene.folder, 'none') })
  })

  test('by every tool that takes one', () => {
    expect(asking.map(([name]) => name).toSorted()).toEqual(Object.keys(required).toSorted())
  })

  test.each(asking)('%s, over MCP and HTTP, as %s', async (name, field) => {
    for (const path of paths) {
      const args = { ...required[name], [field]: hostilePath(path) }
      const { code, text } = await client.fail(name, args)
      expect([path, code]).toEqual([path, 'invalid_input'])
      expect(text).toContain(field)
      const answer = await send(server.url, { headers: mcpHeaders, body: toolCall(name, args) })
      expect([path, errorCodeOf(answer)]).toEqual([path, 'invalid_input'])
    }
    expect(await server.programCalls()).toEqual([])
    expect(inside.requests).toEqual([])
  })
})

/** An app at that address, with a check of that path. */
function withCheck(path: string, hostname: string): Script {
  const service = { ports: [{ handlers: ['http'] }], checks: [{ type: 'http', path }] }
  const checks = [{ name: 'up', status: 'passing', output: '' }]
  const config = {
    metadata: { fly_release_version: '3', fly_process_group: 'app' },
    services: [service],
  }
  return {
    status: status([machine({ config, checks })], { Hostname: hostname }),
    'config validate': {},
    'config show': says({ app: 'hello' }),
    'auth docker': {},
    'secrets list': says([]),
    'apps list': says([
      { Name: 'hello', Status: 'deployed', Deployed: true, Organization: { Slug: 'acme' } },
    ]),
    'apps create': says({
      Name: 'hello',
      Hostname: hostname,
      Organization: { Slug: 'acme' },
    }),
    'orgs list': says({ acme: 'Acme' }),
    releases: says([{ Version: 1, Status: 'complete', CreatedAt: '', ImageRef: image }]),
    deploy: {},
  }
}

const deploys: readonly (readonly [string, object])[] = [
  ['deploy_image', { ...app1, image }],
  ['rollback', { ...app1, to: 1 }],
  ['promote_image', { image, apps: ['hello'] }],
]

/** No app would answer it: a deploy would wait for it in vain. */
const namesAHost = (path: string) => /^\/[/\\]/.test(path)

/** Checks may have any path; test/health/probe.test.ts has more of them. */
describe.each(['//HOST/latest', '/\\HOST/latest', 'http://HOST/latest', '@HOST/latest'])(
  'a check of the path %j',
  (path) => {
    const checking = () => withCheck(hostilePath(path), app.host)

    test('asks the app alone, over MCP and HTTP', async () => {
      const client = await scene.connect(checking(), beside)
      const { probe } = await client.call<{ probe: { body_excerpt: string } }>('check_health', app1)
      expect(probe.body_excerpt).toBe('the app')
      const server = await scene.serveHttp(checking(), beside)
      const body = toolCall('check_health', app1)
      const answer = await send(server.url, { headers: mcpHeaders, body })
      expect(replyOf(answer).result?.structuredContent).toMatchObject({
        verdict: 'healthy',
        probe: { body_excerpt: 'the app' },
      })
      expect(app.requests).toHaveLength(2)
      expect(inside.requests).toEqual([])
    })

    test('in fly.toml asks the app alone after every deploy, or is refused', async () => {
      const toml = join(scene.folder, 'fly.toml')
      await writeFile(
        toml,
        `app = "hello"\n[http_service]\ninternal_port = 8080\n[[http_service.checks]]\npath = ${JSON.stringify(hostilePath(path))}\n`,
      )
      const client = await scene.connect(checking(), beside)
      for (const [name, args] of deploys) {
        app.requests.length = 0
        if (namesAHost(path)) expect((await client.fail(name, args)).code).toBe('config_invalid')
        else await client.call(name, args)
        expect(app.requests.length > 0, name).toBe(!namesAHost(path))
      }
      expect(inside.requests).toEqual([])
      await rm(toml)
      await rm(join(scene.folder, 'fly-hello.toml'), { force: true })
    })
  },
)

describe('an address that is none of an app on Fly is asked nothing', () => {
  const addresses = ['HOST', 'HOST/', '169.254.169.254', 'hello.fly.dev@HOST', 'evil.example/']

  test.each(addresses)('%s', async (address) => {
    const hostile = withCheck('/info', hostilePath(address))
    const calls = [...deploys, ['check_health', app1], ['create_app', app1]] as const
    const client = await scene.connect(hostile)
    for (const [name, args] of calls) {
      const error = await client.fail(name, args)
      expect([name, error.code]).toEqual([name, 'unknown_failure'])
      expect(error.text).toContain('none of an app on Fly.io')
    }
    const { apps } = await client.call<{ apps: readonly object[] }>('list_apps', {})
    const reason = expect.stringContaining('none of an app on Fly.io')
    const told = { app: 'hello', org: 'acme', status: 'deployed' }
    expect(apps).toEqual([{ ...told, verdict: 'unknown', reason }])
    const server = await scene.serveHttp(hostile)
    const body = toolCall('check_health', app1)
    expect(errorCodeOf(await send(server.url, { headers: mcpHeaders, body }))).toBe(
      'unknown_failure',
    )
    expect(inside.requests).toEqual([])
  })
})
