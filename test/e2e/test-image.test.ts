import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProjectWith, type Project } from '../support/project.js'
import { sandboxEnv, uniqueName } from './flyctls.js'

const app = uniqueName('tested')
const password = 'canary-of-the-database'
let project: Project
let client: TestClient
/** Does what RUN says: one image for all that apps may do. */
let image: string

beforeAll(async () => {
  project = await createProjectWith(app, (root) => writeFile(join(root, '.dockerignore'), '*\n'))
  await project.write('.env', `FILE_SECRET=${password}-in-a-file\nLD_PRELOAD=/tmp/evil.so\n`)
  client = await connectClient({
    root: project.root,
    env: { ...sandboxEnv(), DATABASE_URL: password },
  })
  image = await build('any', ['CMD ["sh", "-c", "eval \\"$RUN\\""]'])
})
afterAll(async () => {
  await client?.close()
  await project?.remove()
})

async function build(tag: string, lines: readonly string[]): Promise<string> {
  const dockerfile = `${tag}.Dockerfile`
  const [from = ''] = lines.filter((line) => line.startsWith('FROM'))
  const text = [...(from === '' ? ['FROM busybox', 'STOPSIGNAL SIGKILL'] : []), ...lines, '']
  await project.write(dockerfile, text.join('\n'))
  return (await client.call<{ image: string }>('build_image', { app, tag, dockerfile })).image
}

interface Passed {
  readonly startup_ms: number
  readonly next: readonly { readonly tool: string; readonly arguments: Record<string, unknown> }[]
}

function pass(run: string, more: object = {}): Promise<Passed> {
  return client.call('test_image', { image, env: { RUN: run }, ...more })
}

function fail(run: string, more: object = {}) {
  return client.fail('test_image', { image, env: { RUN: run }, ...more })
}

/** Longer than a test may take: whoever waits for it fails. */
const forEver = { timeout: '1h' }

/** A server with these paths, on that port. */
function serve(port: number | string, ...paths: readonly string[]): string {
  const files = paths.map((path) => `echo ${path} works >/w/${path}`)
  return ['mkdir /w', ...files, `exec httpd -f -p ${port} -h /w`].join('; ')
}

/** Other files test images on the same engine. */
async function containersOf({ pid }: TestClient): Promise<string> {
  const label = 'flyops.test.owner'
  const args = ['ps', '--all', `--filter=label=${label}`, `--format={{.Label "${label}"}}`]
  const { stdout } = await execa('docker', args, { env: sandboxEnv() })
  const owners = stdout.split('\n')
  return owners.filter((owner) => owner.startsWith(`${pid}-`)).join('\n')
}

describe.concurrent('what nobody says is found out', () => {
  test('a server on 3000 with /healthz', async () => {
    const passed = await pass(serve(3000, 'healthz'))
    expect(passed).toMatchObject({
      ok: true,
      port: 3000,
      port_from: 'measured',
      path: '/healthz',
      path_from: 'measured',
      memory_peak_mb: expect.any(Number),
      suggested: { grace_period: '10s', memory: '256mb' },
      architecture: 'amd64',
      listening: [expect.stringMatching(/:3000$/)],
      probe: { status: 200, body_excerpt: 'healthz works' },
      warnings: [],
    })
    const [, deploy] = passed.next
    expect(deploy?.arguments).toMatchObject({ internal_port: 3000, health_path: '/healthz' })
  })

  test('one on 8080 with nothing but /', async () => {
    const passed = await pass(serve(8080, 'index.html'))
    expect(passed).toMatchObject({ ok: true, port: 8080, path: '/', probe: { status: 200 } })
  })

  test('one that is alive, and has no path for a health check', async () => {
    const passed = await pass(serve(8080))
    expect(passed).toMatchObject({ ok: true, port: 8080, probe: { status: 404 } })
    expect(passed).toMatchObject({ warnings: [{ code: 'no_health_path' }] })
    expect(passed).not.toHaveProperty('path')
  })

  test('where / leads, when that answers', async () => {
    const say = `printf "HTTP/1.1 302 Found\\r\\nLocation: /login\\r\\n\\r\\n"`
    const login = `printf "HTTP/1.1 200 OK\\r\\n\\r\\nlogin"`
    const none = `printf "HTTP/1.1 404 Not Found\\r\\n\\r\\n"`
    const handler = `read _ p _; case $p in /) ${say};; /login) ${login};; *) ${none};; esac`
    const run = `echo '${handler}' >/serve; exec nc -ll -p 8080 -e sh /serve`
    expect(await pass(run)).toMatchObject({ ok: true, path: '/login', path_from: 'measured' })
  })

  test('how long it needs to start', async () => {
    const slow = `echo starting; sleep 6; ${serve(8080, 'info')}`
    const passed = await pass(slow, { timeout: '60s' })
    expect(passed).toMatchObject({
      path: '/info',
      suggested: { grace_period: expect.stringMatching(/^1[1-9]s$/) },
      log: ['starting'],
    })
    expect(passed.startup_ms).toBeGreaterThan(5_000)
  })

  test('by an image of its server alone, without any other program', async () => {
    const lines = ['COPY --from=busybox /bin/busybox /busybox', 'EXPOSE 5000']
    const command = 'CMD ["/busybox", "httpd", "-f", "-p", "5000", "-h", "/"]'
    const scratch = await build('scratch', ['FROM scratch', ...lines, command])
    expect(await client.call('test_image', { image: scratch })).toMatchObject({
      ok: true,
      port: 5000,
      port_from: 'image',
      listening: [expect.stringMatching(/:5000$/)],
    })
  })
})

describe.concurrent('a trial that cannot succeed ends soon, with its cause', () => {
  test('it listens on another port, and the call that asks there works', async () => {
    const error = await fail(serve(3000, 'up'), { internal_port: 8080, ...forEver })
    expect(error).toMatchObject({ code: 'test_failed', stage: 'test', diagnosis: 'not_listening' })
    expect(error.text).toContain('listens on port 3000, not on 8080')
    const [next] = error.next
    expect(await client.call(next?.tool ?? '', { ...next?.arguments })).toMatchObject({
      port: 3000,
      path: '/up',
    })
  })

  test('it listens on loopback only', async () => {
    const error = await fail(serve('127.0.0.1:8080', 'info'), forEver)
    expect(error).toMatchObject({ diagnosis: 'not_listening' })
    expect(error.text).toContain('listens on 127.0.0.1 only')
  })

  test('it names no port and listens on nothing, and passes as the worker that it may be', async () => {
    const error = await fail('exec sleep 600')
    // A server's time to start is 10 s.
    expect(error.text).toMatch(/listens on nothing after [3-9] s/)
    const [next] = error.next
    const passed = await client.call(next?.tool ?? '', { ...next?.arguments })
    expect(passed).toMatchObject({ ok: true, worker: true, listening: [] })
    expect(passed).not.toHaveProperty('probe')
    expect(passed).not.toHaveProperty('port')
  })

  test('a worker that dies', async () => {
    const error = await fail('echo no queue >&2; exit 3', { worker: true })
    expect(error.text).toContain('ended with exit code 3 instead of staying up: no queue')
  })

  test('a server that dies tells its last words', async () => {
    const words = 'panic: open /mnt/prices.csv: no such file or directory'
    const error = await fail(`echo "${words}" >&2; echo goroutine 1; exit 2`, forEver)
    expect(error.text).toContain(`ended with exit code 2 instead of serving: ${words}`)
    expect(error.evidence).toContain('goroutine 1')
  })

  test('an answer that is no success, and a path that answers', async () => {
    const error = await fail(serve(8080, 'healthz'), { health_path: '/nothing' })
    expect(error.text).toContain('answers GET /nothing with 404')
    expect(error.next).toMatchObject([{ arguments: { health_path: '/healthz' } }])
  })

  test('a path that redirects, and where it leads', async () => {
    const error = await fail(`mkdir -p /w/app; echo in >/w/app/index.html; ${serve(8080)}`, {
      health_path: '/app',
    })
    expect(error).toMatchObject({ diagnosis: 'check_redirect' })
    expect(error.text).toContain('(to /app/)')
    expect(error.next).toMatchObject([{ arguments: { health_path: '/app/' } }])
  })

  test('one without its command cannot be started', async () => {
    const none = await build('none', ['CMD ["/no/such/program"]'])
    expect(await client.fail('test_image', { image: none })).toMatchObject({ code: 'test_failed' })
  })
})

describe.concurrent('secrets', () => {
  const needy = `[ -n "$DATABASE_URL" ] || { echo "KeyError: 'DATABASE_URL'"; exit 1; }; echo $DATABASE_URL; ${serve(8080, 'up')}`

  test('that are missing are named, and the calls that give them can be made as they stand', async () => {
    const error = await fail(needy)
    expect(error).toMatchObject({ diagnosis: 'missing_variable', who: 'tool' })
    expect(error.text).toContain('It lacks DATABASE_URL')
    const [again, set] = error.next
    expect(set).toMatchObject({ tool: 'set_secrets', arguments: { names: ['DATABASE_URL'] } })
    const passed = await client.call('test_image', { ...again?.arguments })
    expect(passed).toMatchObject({ ok: true, log: ['[redacted]'] })
    expect(client.log()).not.toContain(password)
  })

  test('of a file of the project get there, and come back to nobody', async () => {
    const run = `mkdir /w; echo "$FILE_SECRET" >/w/up; exec httpd -f -p 8080 -h /w`
    const passed = await pass(run, { secrets: ['FILE_SECRET'], secrets_file: '.env' })
    expect(passed).toMatchObject({ probe: { status: 200, body_excerpt: '[redacted]' } })
    expect(client.log()).not.toContain(password)
  })

  test('that would steer docker itself are refused', async () => {
    const secrets = { secrets: ['LD_PRELOAD'], secrets_file: '.env' }
    const error = await fail('exec sleep 600', secrets)
    expect(error).toMatchObject({ code: 'invalid_input' })
  })
})

test('the app’s toml says what is asked', async () => {
  const toml = `[processes]\nweb = 'sh -c "echo $GREETING >/start; ${serve(4000, 'ready')}"'
[env]\nGREETING = 'hello'\n[http_service]\ninternal_port = 4000\nprocesses = ['web']
[[http_service.checks]]\npath = '/ready'\n`
  await project.write(`fly-${app}.toml`, toml)
  try {
    expect(await client.call('test_image', { image })).toMatchObject({
      ok: true,
      port: 4000,
      port_from: 'toml',
      path: '/ready',
      path_from: 'toml',
    })
  } finally {
    await rm(join(project.root, `fly-${app}.toml`))
  }
})

test('variables get there, without standing in a command line', async () => {
  const run = 'mkdir /w; echo it is $GREETING >/w/info; exec httpd -f -p 8080 -h /w'
  const passed = await pass(run, { env: { RUN: run, GREETING: 'hello $HOME' } })
  expect(passed).toMatchObject({ probe: { body_excerpt: 'it is hello $HOME' } })
  expect(client.log()).not.toContain('hello $HOME')
})

test('an answer without an end is one, and told as a stream', async () => {
  const head = 'HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\n\\r\\n'
  const run = `echo 'printf "${head}"; echo data: hello; exec sleep 600' >/serve; exec nc -ll -p 8080 -e sh /serve`
  expect(await pass(run, { health_path: '/events' })).toMatchObject({
    ok: true,
    probe: { status: 200, stream: true, body_excerpt: 'data: hello' },
  })
})

test('an image that is not here is built first', async () => {
  const absent = image.replace(/:any$/, ':absent')
  expect(await client.fail('test_image', { image: absent })).toMatchObject({
    code: 'image_not_local',
  })
})

test('a caller that goes leaves no container', async () => {
  const leaving = new AbortController()
  const args = { image, env: { RUN: 'sleep 600' }, timeout: '5m' }
  const call = client.call('test_image', args, { signal: leaving.signal })
  const ended = expect(call).rejects.toThrow()
  await expect.poll(() => containersOf(client), { timeout: 20_000 }).not.toBe('')
  leaving.abort()
  await ended
  await expect.poll(() => containersOf(client), { timeout: 20_000 }).toBe('')
})

test('what a killed flyops has left goes with the next test', async () => {
  const doomed = await connectClient({ root: project.root, env: sandboxEnv() })
  const call = doomed.call('test_image', { image, env: { RUN: 'sleep 600' }, timeout: '5m' })
  const ended = expect(call).rejects.toThrow()
  await expect.poll(() => containersOf(doomed), { timeout: 20_000 }).not.toBe('')
  process.kill(doomed.pid, 'SIGKILL')
  await ended
  expect(await containersOf(doomed)).not.toBe('')
  await fail('exit 1')
  expect(await containersOf(doomed)).toBe('')
})
