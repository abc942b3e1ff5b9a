import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'

const launcher = join(import.meta.dirname, '..', '..', 'src', 'launcher', 'main.js')

let root: string

// As it lies in the package: beside the bundle, below package.json.
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'flyops-launcher-'))
  await mkdir(join(root, 'dist'))
  await copyFile(launcher, join(root, 'dist', 'main.js'))
  await writeFile(join(root, 'package.json'), '{"type": "module", "version": "1.2.3"}')
  await writeFile(join(root, 'dist', 'app.js'), 'process.stdout.write("the app runs")')
})

afterAll(() => rm(root, { recursive: true }))

function launch({ nodeArgs = [], args = [] }: { nodeArgs?: string[]; args?: string[] }) {
  const all = [...nodeArgs, join(root, 'dist', 'main.js'), ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('loads the app', () => {
  expect(launch({})).toEqual({ status: 0, stdout: 'the app runs', stderr: '' })
})

test('tells its version without loading the app', () => {
  expect(launch({ args: ['--version'] })).toEqual({ status: 0, stdout: '1.2.3\n', stderr: '' })
})

test('says on an old Node what it needs', () => {
  const old = `data:text/javascript,${encodeURIComponent(
    'const as = (value) => ({ value });' +
      'Object.defineProperties(process, { versions: as({ node: "20.9.0" }), version: as("v20.9.0") })',
  )}`
  expect(launch({ nodeArgs: ['--import', old] })).toEqual({
    status: 1,
    stdout: '',
    stderr: 'flyops needs Node.js 22 or newer; this is v20.9.0\n',
  })
})

test('is written in syntax that Node 12 reads', async () => {
  const source = await readFile(launcher, 'utf8')
  const [asItIs, forNode12] = await Promise.all([
    transform(source, { target: 'esnext' }),
    transform(source, { target: 'node12.20' }),
  ])
  expect(forNode12.code).toBe(asItIs.code)
})
