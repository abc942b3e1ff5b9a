import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectClient, type TestClient } from '../support/client.js'
import { createProject, type Project } from '../support/project.js'
import { sandboxEnv, uniqueName } from './flyctls.js'

const app = uniqueName('tested')
let project: Project
let client: TestClient

beforeAll(async () => {
  project = await createProject('hello')
  client = await connectClient({ root: project.root, env: sandboxEnv() })
})
afterAll(async () => {
  await client?.close()
  await project?.remove()
})

/** The image of an app that is started so, under a tag of its own. */
async function build(tag: string, command: string): Promise<string> {
  await project.write(
    'Dockerfile',
    `FROM busybox\nCOPY www /www\nSTOPSIGNAL SIGKILL\nCMD ["sh", "-c", "${command}"]\n`,
  )
  return (await client.call<{ image: string }>('build_image', { app, tag })).image
}

/** Other files test images on the same engine. */
async function containersOf({ pid }: TestClient): Promise<string> {
  const label = 'flyops.test.owner'
  const args = ['ps', '--all', `--filter=label=${label}`, `--format={{.Label "${label}"}}`]
  const { stdout } = await execa('docker', args, { env: sandboxEnv() })
  const owners = stdout.split('\n')
  return owners.filter((owner) => owner.startsWith(`${pid}-`)).join('\n')
}

test('an image that answers passes, and is told which grace period it needs', async () => {
  const image = await build('good', 'echo starting; sleep 6; exec httpd -f -p 8080 -h /www')
  const passed = await client.call<{ startup_ms: number }>('test_image', { image })
  expect(passed).toMatchObject({
    ok: true,
    grace_period: expect.stringMatching(/^1[2-9]s$/),
    architecture: 'amd64',
    listening: [expect.stringMatching(/:8080$/)],
    probe: { status: 200, body_excerpt: expect.stringContaining('Health Ok!') },
    log: ['starting'],
  })
  expect(passed.startup_ms).toBeGreaterThan(5_000)
})

test('variables get there, without standing in a command line', async () => {
  const image = await build('env', 'echo it is $GREETING >/www/info; exec httpd -f -p 8080 -h /www')
  const passed = await client.call('test_image', { image, env: { GREETING: 'hello $HOME' } })
  expect(passed).toMatchObject({ probe: { body_excerpt: 'it is hello $HOME' } })
  expect(client.log()).not.toContain('hello $HOME')
})

test('a wrong port is named, with the call that asks the right one', async () => {
  const image = await build('port', 'exec httpd -f -p 3000 -h /www')
  const error = await client.fail('test_image', { image, timeout: '2s' })
  expect(error).toMatchObject({ code: 'test_failed', stage: 'test' })
  expect(error.text).toContain('it listens on port 3000')
  const [next] = error.next
  expect(await client.call(next?.tool ?? '', { ...next?.arguments })).toMatchObject({ ok: true })
})

test('a listener on loopback is seen', async () => {
  const image = await build('loopback', 'exec httpd -f -p 127.0.0.1:8080 -h /www')
  const error = await client.fail('test_image', { image, timeout: '2s' })
  expect(error.text).toContain('it listens on loopback only')
})

test('an image that ends says how, and what it logged', async () => {
  const image = await build('crash', 'echo no database >&2; exit 7')
  const error = await client.fail('test_image', { image })
  expect(error).toMatchObject({
    code: 'test_failed',
    evidence: expect.stringContaining('no database'),
  })
  expect(error.text).toContain('ended with exit code 7')
})

test('one without its command cannot be started', async () => {
  await project.write('Dockerfile', 'FROM busybox\nCMD ["/no/such/program"]\n')
  const { image } = await client.call<{ image: string }>('build_image', { app, tag: 'none' })
  expect(await client.fail('test_image', { image })).toMatchObject({ code: 'test_failed' })
})

test('an answer without an end is one, and told as a stream', async () => {
  await project.write('www/events', 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n')
  await project.write('www/serve', 'cat /www/events; echo data: hello; exec sleep 600\n')
  const image = await build('stream', 'exec nc -ll -p 8080 -e sh /www/serve')
  expect(await client.call('test_image', { image, health_path: '/events' })).toMatchObject({
    ok: true,
    probe: { status: 200, stream: true, body_excerpt: 'data: hello' },
  })
})

test('an answer that is no success is none', async () => {
  const image = await build('path', 'exec httpd -f -p 8080 -h /www')
  const error = await client.fail('test_image', { image, health_path: '/nothing' })
  expect(error.text).toContain('answers GET /nothing with 404')
})

test('an image that is not here is built first', async () => {
  const image = (await build('good', 'exec httpd -f -p 8080 -h /www')).replace(/:good$/, ':absent')
  expect(await client.fail('test_image', { image })).toMatchObject({ code: 'image_not_local' })
})

test('a caller that goes leaves no container', async () => {
  const image = await build('hanging', 'sleep 600')
  const leaving = new AbortController()
  const call = client.call('test_image', { image, timeout: '5m' }, { signal: leaving.signal })
  const ended = expect(call).rejects.toThrow()
  await expect.poll(() => containersOf(client), { timeout: 20_000 }).not.toBe('')
  leaving.abort()
  await ended
  await expect.poll(() => containersOf(client), { timeout: 20_000 }).toBe('')
})

test('what a killed flyops has left goes with the next test', async () => {
  const image = await build('orphan', 'sleep 600')
  const doomed = await connectClient({ root: project.root, env: sandboxEnv() })
  const call = doomed.call('test_image', { image, timeout: '5m' })
  const ended = expect(call).rejects.toThrow()
  await expect.poll(() => containersOf(doomed), { timeout: 20_000 }).not.toBe('')
  process.kill(doomed.pid, 'SIGKILL')
  await ended
  expect(await containersOf(doomed)).not.toBe('')
  await client.fail('test_image', { image, timeout: '1s' })
  expect(await containersOf(doomed)).toBe('')
})
