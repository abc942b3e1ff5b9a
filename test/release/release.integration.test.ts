import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { getMcpConfigForManifest } from '@anthropic-ai/mcpb/node'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { version } from '../../src/version.js'
import { silentPrograms } from '../support/fake-programs.js'
import { offeredTools } from '../support/offered-tools.js'
import { projectRoot } from '../support/paths.js'

const name = `flyops-${version}`
const megabyte = 1_000_000

let scratch: string
let release: string

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'flyops-release-'))
  release = await makeRelease('first', {})
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

async function makeRelease(folder: string, { umask = '022', TZ = 'UTC' }): Promise<string> {
  const path = join(scratch, folder)
  const command = ['-c', `umask ${umask}; exec "$@"`, 'sh', process.execPath, 'scripts/release.mjs']
  await execa('sh', [...command, path], { cwd: projectRoot, env: { TZ } })
  return path
}

const read = (...path: readonly string[]) => readFile(join(release, ...path), 'utf8')
const readJson = async (...path: readonly string[]) => JSON.parse(await read(...path))

/** A machine that has Node, npm and nothing else: no cache, and no network. */
async function npm(folder: string, ...args: readonly string[]) {
  const cwd = join(scratch, folder)
  await mkdir(cwd, { recursive: true })
  return execa('npm', [...args], {
    cwd,
    extendEnv: false,
    env: {
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: cwd,
      npm_config_cache: join(cwd, 'cache'),
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    },
  })
}

/** Lists the tools and calls one. */
async function use(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: scratch,
      FLY_REGISTRY_HOST: '127.0.0.1:9',
      FLYOPS_STATE_DIR: join(scratch, 'state'),
      ...silentPrograms(join(scratch, 'calls')),
      ...env,
    },
    stderr: 'ignore',
  })
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(transport)
  const { tools } = await client.listTools()
  const { structuredContent } = await client.callTool({ name: 'doctor', arguments: {} })
  await client.close()
  expect(tools.map((tool) => tool.name)).toEqual(offeredTools)
  expect(structuredContent).toMatchObject({ checks: expect.any(Array) })
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = files
    .filter((file) => file.isFile())
    .map(async (file) => (await stat(join(file.parentPath, file.name))).size)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

test('a release made again, by another user elsewhere, is the same to the byte', async () => {
  const second = await makeRelease('second', { umask: '077', TZ: 'Asia/Tokyo' })
  const again = await readFile(join(second, 'SHA256SUMS'), 'utf8')
  expect(again).toBe(await read('SHA256SUMS'))
  for (const line of again.trim().split('\n')) {
    const [sha256 = '', file = ''] = line.split('  ')
    const bytes = await readFile(join(release, file))
    expect(createHash('sha256').update(bytes).digest('hex'), file).toBe(sha256)
  }
})

describe('the npm package', () => {
  test('is installed without a network as the only package, of at most 3 MB, and works', async () => {
    await npm('user', 'install', join(release, `${name}.tgz`))
    const modules = join(scratch, 'user', 'node_modules')
    const { packages } = JSON.parse(await readFile(join(modules, '.package-lock.json'), 'utf8'))
    expect(Object.keys(packages)).toEqual(['node_modules/flyops'])
    expect(await sizeOf(modules)).toBeLessThanOrEqual(3 * megabyte)
    await use(join(modules, '.bin', 'flyops'), ['serve', '--root', scratch])
  })

  test('is started by npx', async () => {
    const from = `--package=${join(release, `${name}.tgz`)}`
    const { stdout } = await npm('npx', 'exec', '--yes', from, '--', 'flyops', '--version')
    expect(stdout).toBe(version)
  })

  test('cannot be made of the project itself, which has dependencies', async () => {
    const packed = await execa('npm', ['pack', '--dry-run'], { cwd: projectRoot, reject: false })
    expect(packed.exitCode).toBe(1)
    expect(packed.stderr).toContain('npm run release')
  })
})

describe('the MCPB bundle', () => {
  const mcpb = (...args: readonly string[]) =>
    execa('mcpb', [...args], { preferLocal: true, localDir: projectRoot })

  test('passes its own tool, and starts as its manifest says, with a token and without', async () => {
    const unpacked = join(scratch, 'bundle')
    await mcpb('unpack', join(release, `${name}.mcpb`), unpacked)
    await mcpb('validate', unpacked)
    const manifest = JSON.parse(await readFile(join(unpacked, 'manifest.json'), 'utf8'))
    expect(manifest).toMatchObject({ manifest_version: '0.4', version })
    const config = (userConfig: Record<string, string>) =>
      getMcpConfigForManifest({
        manifest,
        extensionPath: unpacked,
        systemDirs: {},
        userConfig,
        pathSeparator: '/',
      })
    expect(await config({})).toBeUndefined()
    const withToken = await config({ root: scratch, fly_api_token: 'FlyV1 fm2_x' })
    expect(withToken?.env).toEqual({ FLY_API_TOKEN: 'FlyV1 fm2_x' })
    const { command, args, env } = (await config({ root: scratch })) ?? {}
    expect(env).toEqual({ FLY_API_TOKEN: '' })
    await use(command ?? '', args ?? [], env)
  })
})

test('server.json names the packages of this release, and only what they say of themselves', async () => {
  const server = await readJson('server.json')
  const published = await readJson('container', 'package.json')
  expect(server).toMatchObject({
    name: published.mcpName,
    version: published.version,
    packages: [{ identifier: published.name, version }, { registryType: 'mcpb' }],
  })
  const bundle = await readFile(join(release, `${name}.mcpb`))
  const sha256 = createHash('sha256').update(bundle).digest('hex')
  expect(server.packages[1].fileSha256).toBe(sha256)
  expect(await read('container', 'Dockerfile')).toContain(`"${server.name}"`)
})

test('the SBOM names what is in the bundle, and the licences of all of it go with it', async () => {
  const { components } = await readJson(`${name}.cdx.json`)
  const named = components.map((each: Record<string, string>) => `${each.name} ${each.version}, `)
  expect(named).toContainEqual(expect.stringMatching(/^zod 4/))
  expect(named).not.toContainEqual(expect.stringMatching(/^vitest /))
  const notices = (await read('container', 'dist', 'THIRD-PARTY-NOTICES.txt')).split(/-{80}/)
  const noticed = notices
    .slice(1)
    .flatMap((text) => text.trim().split('\n\n')[0]?.split('\n') ?? [])
  expect(noticed.map((line) => named.find((each: string) => line.startsWith(each))).sort()).toEqual(
    named.sort(),
  )
})
