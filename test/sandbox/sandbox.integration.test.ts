import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createLog } from '../../src/log.js'
import { findProgram } from '../../src/process/programs.js'
import { createRedact } from '../../src/process/redact.js'
import { createRunner } from '../../src/process/runner.js'
import { createDockerCli, type DockerCli } from '../../src/sandbox/engine/docker-cli.js'
import { environment, runSandbox, type SandboxOptions } from '../../src/sandbox/sandbox.js'
import { listeningSockets } from '../support/sockets.js'
import { items, type Json, readJson } from './json.js'

const { run } = createRunner({ log: createLog('silent'), redact: createRedact([]) })
let options: SandboxOptions
let folder: string
let running: Running

interface Running {
  readonly env: Readonly<Record<string, string>>
  readonly docker: DockerCli
  stop(): Promise<void>
}

/** Runs a sandbox in this process until `stop`. */
async function start(): Promise<Running> {
  const ending = new AbortController()
  const ended = runSandbox(options, ending.signal)
  const env = await Promise.race([ended.then(() => environment(options)), isUp()])
  if (env === undefined) throw new Error('the sandbox ended early')
  const program = options.docker ?? '/usr/bin/docker'
  const docker = createDockerCli({
    program,
    env: { ...process.env, ...env, DOCKER_CONFIG: join(folder, 'docker') },
    run,
  })
  async function stop(): Promise<void> {
    ending.abort()
    await ended
  }
  return { env, docker, stop }
}

async function isUp(): Promise<Readonly<Record<string, string>> | undefined> {
  return vi.waitUntil(() => environment(options), { timeout: 60_000 })
}

async function ask(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${running.env.FLY_API_BASE_URL}${path}`, {
    method,
    headers: { authorization: `Bearer ${running.env.FLY_API_TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await readJson(answer) }
}

async function appUrl(app: string): Promise<string> {
  const query = `{ app(name: "${app}") { appUrl } }`
  return String((await ask('POST', '/graphql', { query })).body.data?.app?.appUrl)
}

/** An image of the page /info, pushed as a user would. */
async function pushImage(app: string): Promise<string> {
  const image = `${running.env.FLY_REGISTRY_HOST}/${app}:1`
  const made = await running.docker.text([
    'create',
    'busybox',
    'sh',
    '-c',
    'mkdir /www; echo "Health Ok! $GREETING" > /www/info; exec httpd -f -p 8080 -h /www',
  ])
  await running.docker.text(['commit', made, image])
  await running.docker.text(['rm', made])
  await running.docker.text(['push', image])
  return image
}

function login(password: string) {
  const { docker, env } = running
  const host = env.FLY_REGISTRY_HOST ?? ''
  return docker.run(['login', '--username=x', `--password=${password}`, host])
}

const canRun = process.platform === 'linux' && process.getuid?.() === 0
const machines = '/v1/apps/hello/machines'

beforeAll(async () => {
  if (!canRun) return
  folder = await mkdtemp(join(tmpdir(), 'flyops-sandbox-'))
  const folders = ['/usr/bin', '/usr/local/bin']
  const found = await findProgram({ names: ['docker'], path: process.env.PATH, folders })
  options = {
    stateDir: join(folder, 'state'),
    docker: found.program,
    // An engine of its own, whatever else runs here.
    env: { ...process.env, DOCKER_HOST: `unix://${join(folder, 'none.sock')}` },
    install: true,
    run,
    log: createLog('silent'),
    standIn: { node: process.execPath, script: join(folder, 'flyctl.js') },
    windowFolder: folder,
    realFlyctl: false,
    loginSeconds: 300,
    idleSeconds: 300,
    smokeSeconds: 1,
    privateNetwork: true,
  }
  running = await start()
})

afterAll(async () => {
  if (!canRun) return
  await running.stop()
  await rm(folder, { recursive: true, force: true })
})

test.runIf(canRun)('an image goes from the registry to a healthy app at the edge', async () => {
  expect((await ask('POST', '/v1/apps', { name: 'hello', org_slug: 'personal' })).status).toBe(201)
  expect((await login('wrong')).outcome).toBe('failed')
  expect((await login(running.env.FLY_API_TOKEN ?? '')).outcome).toBe('ok')
  const image = await pushImage('hello')

  await ask('POST', '/v1/apps/hello/secrets', { values: { GREETING: 'from a secret' } })
  const check = { type: 'http', path: '/info', interval: '30s', timeout: '5s', grace_period: '10s' }
  const service = { internal_port: 8080, ports: [{ port: 80 }], checks: [check], autostart: true }
  const created = await ask('POST', machines, { config: { image, services: [service] } })
  const { id } = created.body
  expect((await ask('GET', `${machines}/${id}/wait?state=started&timeout=60`)).status).toBe(200)
  await expect
    .poll(async () => (await ask('GET', `${machines}/${id}`)).body.checks?.[0]?.status)
    .toBe('passing')
  const answer = await fetch(`${await appUrl('hello')}/info`)
  expect(await answer.text()).toBe('Health Ok! from a secret\n')
  expect(answer.headers.get('fly-request-id')).toMatch(/./)

  const [process] = items((await ask('GET', `${machines}/${id}/ps`)).body)
  expect(process?.listen_sockets).toContainEqual({ proto: 'tcp', address: '[::]:8080' })
  expect(process?.command).toContain('httpd')
})

/** What a command in a machine of the app `asker` prints. */
async function fromAsker(image: Json | undefined, ...commands: readonly string[]) {
  await ask('POST', '/v1/apps', { name: 'asker', org_slug: 'personal' })
  const init = { exec: ['sleep', '600'] }
  const made = await ask('POST', '/v1/apps/asker/machines', { config: { image, init } })
  const path = `/v1/apps/asker/machines/${made.body.id}`
  expect((await ask('GET', `${path}/wait?state=started&timeout=60`)).status).toBe(200)
  const printed: string[] = []
  for (const cmd of commands)
    printed.push(String((await ask('POST', `${path}/exec`, { cmd })).body.stdout))
  await ask('DELETE', `${path}?force=true`)
  return { printed, address: String(made.body.private_ip) }
}

test.runIf(canRun)('apps reach each other by name and by their IPv6 addresses', async () => {
  const [hello] = items((await ask('GET', machines)).body)
  const to = (host: string) => `wget -qO- http://${host}:8080/info`
  const hosts = [
    'hello.internal',
    `${hello?.id}.vm.hello.internal`,
    'app.process.hello.internal',
    `[${hello?.private_ip}]`,
  ]
  const { printed, address } = await fromAsker(
    hello?.config?.image,
    'nslookup -type=aaaa hello.internal',
    "sh -c 'echo $FLY_PRIVATE_IP; ip -6 address show dev eth0; cat /etc/hosts'",
    ...hosts.map(to),
  )
  const [found, own, ...answers] = printed
  expect(found).toContain(`Address: ${hello?.private_ip}\n`)
  expect(own).toMatch(new RegExp(`^${address}\n`))
  expect(own).toContain(`inet6 ${address}/64`)
  expect(own).toContain(`${address}\tfly-local-6pn`)
  expect(answers).toEqual(hosts.map(() => 'Health Ok! from a secret\n'))
})

test.runIf(canRun)('a request starts a stopped machine', async () => {
  const id = items((await ask('GET', machines)).body)[0]?.id
  await ask('POST', `${machines}/${id}/stop`)
  await ask('GET', `${machines}/${id}/wait?state=stopped&timeout=60`)
  const [exit] = items((await ask('GET', `${machines}/${id}`)).body.events)
  expect(exit).toMatchObject({ type: 'exit', request: { exit_event: { requested_stop: true } } })
  expect((await fetch(`${await appUrl('hello')}/info`)).status).toBe(200)
})

test.runIf(canRun)(
  'an app that crashes is restarted, and its exits and words are kept',
  async () => {
    const image = items((await ask('GET', machines)).body)[0]?.config?.image
    const init = { exec: ['sh', '-c', 'echo going down; exit 3'] }
    const restart = { policy: 'on-failure', max_retries: 2 }
    const created = await ask('POST', machines, { config: { image, init, restart } })
    const path = `${machines}/${created.body.id}`
    await ask('GET', `${path}/wait?state=stopped&timeout=60`)
    const { events } = (await ask('GET', path)).body
    const exits = items(events).filter(({ type }) => String(type) === 'exit')
    expect(exits).toHaveLength(3)
    expect(exits[0]?.request?.exit_event).toMatchObject({ exit_code: 3, restarting: false })
    expect(exits[1]?.request).toMatchObject({
      restart_count: 2,
      exit_event: { exit_code: 3, restarting: true, requested_stop: false },
    })
    const { data } = (await ask('GET', '/api/v1/apps/hello/logs?next_token=')).body
    const messages = items(data).map(({ attributes }) => attributes?.message)
    expect(messages).toContain('going down')
    expect(messages).toContain('Machine exited with exit code 3')
    await ask('DELETE', path)
  },
)

test.runIf(canRun)('a repository without an app is refused', async () => {
  const image = `${running.env.FLY_REGISTRY_HOST}/nope:1`
  await running.docker.text(['tag', 'busybox', image])
  const result = await running.docker.run(['push', image])
  expect(result.outcome).toBe('failed')
  expect(result.stderr).toContain('name unknown: app repository not found')
})

/** How many machines each app of the crowd has. */
async function crowd(): Promise<readonly number[]> {
  const { apps } = (await ask('GET', '/v1/apps')).body
  return items(apps).flatMap(({ name, machine_count }) =>
    String(name).startsWith('crowd-') ? Number(machine_count) : [],
  )
}

test.runIf(canRun)('two hundred machines of fifty apps are there', async () => {
  const image = items((await ask('GET', machines)).body)[0]?.config?.image
  const apps = Array.from({ length: 50 }, (_, index) => `crowd-${index}`)
  async function fill(app: string): Promise<void> {
    await ask('POST', '/v1/apps', { name: app, org_slug: 'personal' })
    for (let n = 0; n < 4; n += 1)
      await ask('POST', `/v1/apps/${app}/machines`, { config: { image }, skip_launch: true })
  }
  await Promise.all(apps.map(fill))
  expect(await crowd()).toEqual(apps.map(() => 4))
  const one = items((await ask('GET', '/v1/apps/crowd-31/machines')).body)
  expect(one.map(({ state }) => state)).toEqual(Array(4).fill('stopped'))
})

function statusOf(port: number, headers: Readonly<Record<string, string>>) {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      `http://127.0.0.1:${port}/v2/`,
      { headers, agent: false },
      (answer) => {
        resolve(answer.resume().statusCode)
      },
    )
    asked.on('error', reject).end()
  })
}

test.runIf(canRun)(
  'its ports serve no page of another site, and its sockets no other user',
  async () => {
    const { tcpPorts: ports, abstract } = await listeningSockets(process.pid)
    // The API, both ways into the registry, and an edge for each app.
    expect(ports.length).toBeGreaterThanOrEqual(4)
    expect(abstract).toEqual([])
    const authorization = `Bearer ${running.env.FLY_API_TOKEN}`
    for (const foreign of [{ host: 'evil.example' }, { origin: 'http://evil.example' }]) {
      const told = ports.map((port) => statusOf(port, { authorization, ...foreign }))
      expect(new Set(await Promise.all(told))).toEqual(new Set([403]))
    }
    const nobody = { uid: 65_534, gid: 65_534, reject: false, env: { HOME: '/' } } as const
    const { docker } = running
    const engine = await execa(
      docker.program,
      ['--host', running.env.DOCKER_HOST ?? '', 'version'],
      nobody,
    )
    expect(engine.stderr).toContain('permission denied')
    const folders = (await readdir(tmpdir())).filter((name) => name.includes(`-${process.pid}-`))
    expect(folders.length).toBeGreaterThanOrEqual(2)
    for (const folder of [options.stateDir, ...folders.map((name) => join(tmpdir(), name))]) {
      const listed = await execa('ls', [folder], nobody)
      expect(listed.stderr).toContain('Permission denied')
    }
  },
)

test.runIf(canRun)(
  'an engine that is killed comes back, and its machines start again',
  async () => {
    const url = await appUrl('hello')
    const find = async () => items((await ask('GET', machines)).body)[0]
    const events = async (type: string) =>
      items((await find())?.events).filter((each) => String(each.type) === type)
    const before = (await events('start')).length
    const pid = await readFile(join(options.stateDir, 'engine', 'docker.pid'), 'utf8')
    process.kill(Number(pid), 'SIGKILL')
    // Nobody answers now: that is no failure of an app that is to start.
    await ask('POST', `${machines}/${(await find())?.id}/restart`)
    const starts = async () => (await events('start')).length
    await expect.poll(starts, { timeout: 50_000 }).toBeGreaterThan(before)
    expect(JSON.stringify(await events('exit'))).not.toContain('"exit_code":127')
    expect(await (await fetch(`${url}/info`)).text()).toContain('Health Ok!')
  },
)

test.runIf(canRun)('what ran before comes back, at the same addresses', async () => {
  const url = await appUrl('hello')
  const { env } = running
  await running.stop()
  await expect(fetch(url)).rejects.toThrow()
  await expect(stat(join(options.stateDir, 'engine', 'docker.pid'))).rejects.toThrow('ENOENT')
  running = await start()
  expect(running.env).toEqual(env)
  expect(await (await fetch(`${url}/info`)).text()).toContain('Health Ok!')
  expect(await crowd()).toEqual(Array(50).fill(4))
})
