import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { identityText, ownIdentity } from '../../src/process/identity.js'
import { removeAbandonedFolders } from '../../src/process/private-folders.js'
import { withArgument } from '../../src/sandbox/processes.js'
import { startTestSandbox, type TestSandbox } from '../e2e/test-sandbox.js'
import { canStartEngine } from '../support/engine.js'
import { send } from '../support/http-server.js'
import { prepareLaunch, tellsCompileCache } from '../support/launched.js'
import { asNeighbour, canBeNeighbour, neighbour } from '../support/neighbour.js'
import { mainScript } from '../support/paths.js'
import { listeningSockets } from '../support/sockets.js'

const asAnother = canBeNeighbour ? '' : ' (only root can act as another user: not run)'

/** A folder like the system's temporary one: everybody's, and each keeps their own in it. */
async function sharedFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-shared-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await chmod(folder, 0o1777)
  return folder
}

describe.runIf(canBeNeighbour)(`compiled code that a neighbour has planted${asAnother}`, () => {
  async function keptIn(env: Record<string, string>): Promise<string> {
    const { launch } = await prepareLaunch(tellsCompileCache)
    return launch({ env }).stdout
  }

  test('in the temporary folder is not looked at', async () => {
    const shared = await sharedFolder()
    const planted = join(shared, 'node-compile-cache')
    asNeighbour('mkdir -m 777 "$1"', planted)
    const env = { TMPDIR: shared }
    expect(await keptIn(env)).not.toContain(planted)
    expect(await keptIn({ ...env, HOME: '/dev/null' })).toBe('nowhere')
  })

  test.each([
    ['in a cache folder of theirs', 'mkdir -p -m 777 "$1/c"'],
    ['in the place of our own folder in it', 'mkdir -p -m 700 "$1/c/flyops/compiled"'],
    ['behind a link', 'mkdir -m 777 "$1/theirs" && ln -s theirs "$1/c"'],
  ])('%s is not looked at', async (_where, plant) => {
    const shared = await sharedFolder()
    asNeighbour(plant, shared)
    expect(await keptIn({ XDG_CACHE_HOME: join(shared, 'c') })).toBe('nowhere')
  })
})

test.runIf(canBeNeighbour)(
  `what a neighbour calls like a folder of ours stays, and so does what they point at${asAnother}`,
  async () => {
    const shared = await sharedFolder()
    vi.stubEnv('TMPDIR', shared)
    onTestFinished(() => void vi.unstubAllEnvs())
    const ended = identityText({ ...ownIdentity(), startTicks: '1' })
    const named = (end: string) => join(shared, `flyops-login-${ended}-${end}`)
    const [ours, theirs, link, precious] = [
      named('aaaaaa'),
      named('bbbbbb'),
      named('cccccc'),
      join(shared, 'precious'),
    ]
    for (const folder of [ours, precious]) await mkdir(folder, { mode: 0o700 })
    asNeighbour('mkdir "$1" && ln -s precious "$2"', theirs, link)
    await removeAbandonedFolders()
    const left = (await readdir(shared)).map((name) => join(shared, name))
    expect(left.toSorted()).toEqual([theirs, link, precious].toSorted())
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
  },
)

describe.runIf(canBeNeighbour)(`a sandbox kept where a neighbour was first${asAnother}`, () => {
  test.each([
    ['with a folder that all may write to', 'mkdir -m 777 "$1"'],
    ['with a folder of their own', 'mkdir -m 755 "$1"'],
    ['with a link', 'ln -s "$2" "$1"'],
  ])('%s is refused', async (_how, plant) => {
    const shared = await sharedFolder()
    const stateDir = join(shared, 'sandbox')
    asNeighbour(plant, stateDir, await mkdtemp(join(shared, 'ours-')))
    const args = [mainScript, 'sandbox', 'up', '--state', stateDir]
    const { exitCode, stderr } = await execa(process.execPath, args, { reject: false })
    expect(stderr).toContain('because it is another user’s')
    expect(exitCode).toBe(2)
  })
})

describe.runIf(canBeNeighbour && canStartEngine)(`a sandbox beside a neighbour${asAnother}`, () => {
  let sandbox: TestSandbox
  let stateDir: string

  beforeAll(async () => {
    sandbox = await startTestSandbox()
    stateDir = join(sandbox.scratch, 'sandbox')
    await chmod(sandbox.scratch, 0o755)
    expect((await api('POST', '/v1/apps', { name: 'hello', org_slug: 'personal' })).status).toBe(
      201,
    )
  })
  afterAll(() => sandbox?.stop())

  function api(method: string, path: string, body?: object) {
    const { FLY_API_BASE_URL, FLY_API_TOKEN } = sandbox.env
    return fetch(`${FLY_API_BASE_URL}${path}`, {
      method,
      headers: { authorization: `Bearer ${FLY_API_TOKEN}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  async function appPort(): Promise<number> {
    const query = '{ app(name: "hello") { appUrl } }'
    const answer = await (await api('POST', '/graphql', { query })).text()
    return Number(new URL(JSON.parse(answer).data.app.appUrl).port)
  }

  async function sandboxPid(): Promise<number> {
    return JSON.parse(await readFile(join(stateDir, 'run.json'), 'utf8')).pid
  }

  /** Runs JavaScript as the neighbour; `argument` is process.argv[1]. */
  function scriptAsNeighbour(script: string, argument: string): string {
    return asNeighbour('exec "$1" -e "$2" "$3"', process.execPath, script, argument)
  }

  test('listens on nothing that they could have taken, or may reach without a token', async () => {
    const { tcpPorts, abstract } = await listeningSockets(await sandboxPid())
    expect(abstract).toEqual([])
    const app = await appPort()
    expect(tcpPorts).toContain(app)
    const guarded = tcpPorts.filter((port) => port !== app)
    expect(guarded.length).toBeGreaterThan(2)
    const urls = guarded.flatMap((port) => [
      ['GET', `http://127.0.0.1:${port}/v2/`],
      ['GET', `http://127.0.0.1:${port}/v2/_catalog`],
      ['POST', `http://127.0.0.1:${port}/v2/hello/blobs/uploads/`],
      ['GET', `http://127.0.0.1:${port}/v1/apps`],
    ])
    const script = `Promise.all(JSON.parse(process.argv[1]).map(async ([method, url]) =>
      (await fetch(url, { method })).status)).then((all) => console.log(JSON.stringify(all)))`
    const statuses: number[] = JSON.parse(scriptAsNeighbour(script, JSON.stringify(urls)))
    const reached = urls.filter((_url, index) => ![401, 404].includes(statuses[index] ?? 0))
    expect(reached).toEqual([])
  })

  test('answers no page of another site, at any of its ports', async () => {
    const { tcpPorts } = await listeningSockets(await sandboxPid())
    const foreign = [{ host: 'attacker.example' }, { origin: 'https://attacker.example' }]
    for (const port of tcpPorts) {
      const url = new URL(`http://127.0.0.1:${port}/`)
      for (const headers of foreign) {
        const answer = await send(url, { method: 'GET', headers: { host: url.host, ...headers } })
        expect([port, headers, answer.status]).toEqual([port, headers, 403])
      }
    }
  })

  test('shows them no file and no socket', async () => {
    const folders = (await readdir(tmpdir())).filter((name) => name.startsWith('flyops-registry-'))
    const pid = await sandboxPid()
    const [own = ''] = folders.filter((name) => name.startsWith(`flyops-registry-${pid}-`))
    const { DOCKER_HOST = '' } = sandbox.env
    const sockets = [join(tmpdir(), own, 'socket'), DOCKER_HOST.replace('unix://', '')]
    const script = `for (const path of JSON.parse(process.argv[1])) require('node:net').connect(path)
      .on('connect', () => console.log('connected')).on('error', ({ code }) => console.log(code))`
    const said = scriptAsNeighbour(script, JSON.stringify(sockets)).trim().split('\n')
    expect(said).toEqual(['EACCES', 'EACCES'])
    expect(asNeighbour('ls "$1" 2>&1 || true', stateDir)).toContain('Permission denied')
    expect(asNeighbour('mkdir "$1/lock" 2>&1 || true', stateDir)).toContain('Permission denied')
  })

  test('keeps what holds its token for its owner alone', async () => {
    const { FLY_API_TOKEN = '' } = sandbox.env
    const { stdout } = await execa('grep', [
      '-rlF',
      '--exclude-dir=engine',
      FLY_API_TOKEN,
      stateDir,
    ])
    const files = stdout.split('\n')
    expect(files.length).toBeGreaterThan(1)
    for (const file of files) expect([file, (await lstat(file)).mode & 0o077]).toEqual([file, 0])
  })

  test('ends no process of theirs that is called like one of its own', async () => {
    const config = join(stateDir, 'registry.yml')
    const theirs = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', config], {
      ...neighbour,
      cwd: '/',
      stdio: 'ignore',
    })
    onTestFinished(() => void theirs.kill())
    await once(theirs, 'spawn')
    const found = await withArgument(config)
    expect(found.map(({ pid }) => pid)).not.toContain(theirs.pid)
    expect(found).toHaveLength(1)
  })

  test('goes to another port where they have taken its own', async () => {
    const flyops = (...args: string[]) =>
      execa(process.execPath, [mainScript, 'sandbox', ...args, '--state', stateDir])
    await flyops('down')
    const { port } = new URL(sandbox.env.FLY_API_BASE_URL ?? '')
    const script = `require('node:net').createServer().listen(process.argv[1], '127.0.0.1', () => console.log('taken'))`
    const theirs = spawn(process.execPath, ['-e', script, port], { ...neighbour, cwd: '/' })
    onTestFinished(() => void theirs.kill())
    await once(theirs.stdout, 'data')
    const { stdout } = await flyops('up', '--install')
    const moved = /api\s+(\S+)/.exec(stdout)?.[1]
    expect(moved).not.toBe(sandbox.env.FLY_API_BASE_URL)
    const headers = { authorization: `Bearer ${sandbox.env.FLY_API_TOKEN}` }
    expect((await fetch(`${moved}/v1/apps/hello`, { headers })).status).toBe(200)
  })
})
