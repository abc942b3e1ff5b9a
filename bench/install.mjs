import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const rounds = 3
const maxSeconds = 2
const maxMb = 3
const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

/** What `npx flyops` brings, and how soon it runs, where nothing is cached; the download is left out. */
export async function* install() {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-install-'))
  try {
    await run(process.execPath, ['scripts/release.mjs', folder], { cwd: root })
    const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'))
    const tarball = join(folder, name)
    const modules = await installed(tarball)
    const mb = modules.bytes / 1e6
    yield {
      name: 'install: packages',
      value: String(modules.count),
      limit: 'at most 1',
      isKept: modules.count === 1,
    }
    yield {
      name: '  on disk',
      value: `${mb.toFixed(1)} MB`,
      limit: `at most ${maxMb}`,
      isKept: mb <= maxMb,
    }
    yield { name: '  to download', value: `${((await stat(tarball)).size / 1e6).toFixed(1)} MB` }
    const seconds = await coldNpx(tarball)
    yield {
      name: '  cold npx',
      value: `${seconds.toFixed(1)} s`,
      limit: `at most ${maxSeconds}`,
      isKept: seconds <= maxSeconds,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function installed(tarball) {
  return inEmptyFolder(async (npm, folder) => {
    await npm('install', tarball)
    const modules = join(folder, 'node_modules')
    const { packages } = JSON.parse(await readFile(join(modules, '.package-lock.json'), 'utf8'))
    const entries = await readdir(modules, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile())
    const sizes = files.map(async (file) => (await stat(join(file.parentPath, file.name))).size)
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    return { count: Object.keys(packages).length, bytes }
  })
}

async function coldNpx(tarball) {
  const seconds = []
  for (let round = 0; round < rounds; round += 1) {
    seconds.push(
      await inEmptyFolder(async (npm) => {
        const startedAt = performance.now()
        await npm('exec', '--yes', `--package=${tarball}`, '--', 'flyops', '--version')
        return (performance.now() - startedAt) / 1_000
      }),
    )
  }
  return seconds.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]
}

/** Without a network, and with a home and a cache that are empty. */
async function inEmptyFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'flyops-empty-'))
  const { PATH } = process.env
  const env = { PATH, HOME: folder, npm_config_cache: join(folder, 'cache') }
  try {
    return await work((...args) => run('npm', ['--offline', ...args], { cwd: folder, env }), folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
