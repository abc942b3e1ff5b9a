import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import type { Host } from '../../src/cli/host.js'
import { runCli } from '../../src/cli/run.js'

interface Ran {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

async function run(
  argv: readonly string[],
  stdin: Readable,
  ending = new AbortController(),
): Promise<Ran> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const unused = '/nonexistent'
  const host: Host = {
    argv: ['diagnose', ...argv],
    env: {},
    pid: 1,
    platform: process.platform,
    cwd: unused,
    stdin,
    stdout,
    stderr,
    ending: ending.signal,
    end: () => ending.abort(),
    toolsFile: unused,
    node: unused,
    script: unused,
    standIn: unused,
  }
  const status = await runCli(host)
  stdout.end()
  stderr.end()
  return { status, stdout: await text(stdout), stderr: await text(stderr) }
}

const input = (...pieces: readonly (string | Buffer)[]) =>
  Readable.from(pieces.map((piece) => Buffer.from(piece)))

test('a known failure is told as JSON, every field present', async () => {
  const { status, stdout } = await run(['--json'], input('fatal: not a git ', 'repository\n'))
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    id: 'not_a_git_repo',
    stage: 'preflight',
    cause: expect.any(String),
    remedy: expect.any(String),
    retry: 'no',
    who: 'ask',
    next: null,
  })
})

test('an unknown one has no id, and exit status 0 too', async () => {
  const { status, stdout } = await run(['--json'], input('all is well\n'))
  expect({ status, output: JSON.parse(stdout) }).toEqual({ status: 0, output: { id: null } })
})

test('people get sentences', async () => {
  const known = await run([], input('manifest unknown'))
  expect(known.stdout).toContain('[manifest_unknown, deploy]')
  expect(known.stdout).toContain('push_image')
  expect((await run([], input(''))).stdout).toBe('No known failure in this text.\n')
})

test('the stage decides between equal matches, and must be one', async () => {
  const full = 'no space left on device'
  const { stdout } = await run(['--stage', 'boot', '--json'], input(full))
  expect(JSON.parse(stdout)).toMatchObject({ id: 'machine_disk_full' })
  const refused = await run(['--stage', 'nowhere'], input(full))
  expect(refused).toMatchObject({ status: 2, stdout: '' })
  expect(refused.stderr).toContain('boot')
})

test('only the last 256 KiB are read, in bytes', async () => {
  const known = 'exec format error\n'
  const twoByteFiller = 'é'.repeat((256 * 1024) / 2)
  const early = await run(['--json'], input(known, twoByteFiller))
  expect(JSON.parse(early.stdout)).toEqual({ id: null })
  const late = await run(['--json'], input(twoByteFiller, known))
  expect(JSON.parse(late.stdout)).toMatchObject({ id: 'exec_format' })
})

test('the end of the process ends the reading', async () => {
  const ending = new AbortController()
  const running = run([], new PassThrough(), ending)
  ending.abort()
  const { status, stderr } = await running
  expect(status).toBe(1)
  expect(stderr).toContain('[cancelled]')
})
