import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { expect, test } from 'vitest'
import { launcherFolder, prepareLaunch } from '../support/launched.js'

const app = 'process.stdout.write("the app runs")'

test('loads the app', async () => {
  const { launch } = await prepareLaunch(app)
  expect(launch()).toEqual({ status: 0, stdout: 'the app runs', stderr: '' })
})

test('tells its version without loading the app', async () => {
  const { launch } = await prepareLaunch(app)
  expect(launch({ args: ['--version'] })).toEqual({ status: 0, stdout: '1.2.3\n', stderr: '' })
})

test('says on an old Node what it needs', async () => {
  const old = `data:text/javascript,${encodeURIComponent(
    'const as = (value) => ({ value });' +
      'Object.defineProperties(process, { versions: as({ node: "20.9.0" }), version: as("v20.9.0") })',
  )}`
  const { launch } = await prepareLaunch(app)
  expect(launch({ nodeArgs: ['--import', old] })).toEqual({
    status: 1,
    stdout: '',
    stderr: 'flyops needs Node.js 22 or newer; this is v20.9.0\n',
  })
})

test('says so on an old Node to a client too', async () => {
  const old = `data:text/javascript,${encodeURIComponent(
    'const as = (value) => ({ value });' +
      'Object.defineProperties(process, { versions: as({ node: "20.9.0" }), version: as("v20.9.0") })',
  )}`
  const { launch } = await prepareLaunch(app)
  const input = [
    '{"jsonrpc":"2.0","id":"one","method":"server/discover"}',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    'no JSON',
    '{"jsonrpc":"2.0","id":2,"method":"initialize"}\n',
  ].join('\n')
  const { status, stdout } = launch({ nodeArgs: ['--import', old], args: ['serve'], input })
  const message = 'flyops needs Node.js 22 or newer; this is v20.9.0'
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(answers).toEqual(
    ['one', 2].map((id) => ({ jsonrpc: '2.0', id, error: { code: -32_603, message } })),
  )
  expect(status).toBe(1)
})

test.each(await readdir(launcherFolder))(
  '%s is written in syntax that Node 12 reads',
  async (name) => {
    const source = await readFile(join(launcherFolder, name), 'utf8')
    const [asItIs, forNode12] = await Promise.all([
      transform(source, { target: 'esnext' }),
      transform(source, { target: 'node12.20' }),
    ])
    expect(forNode12.code).toBe(asItIs.code)
  },
)
