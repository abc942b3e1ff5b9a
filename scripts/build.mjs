// Builds dist, or the folder that an argument names: the launchers, the bundles that they load, the licences of
// what is in them, the prepared answer to tools/list, the scenarios, and the sandbox's page.
import { chmod, copyFile, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { common, programs, root } from './bundles.mjs'
import { notices } from './notices.mjs'

const dist = resolve(root, process.argv[2] ?? 'dist')

async function bundle() {
  const { metafile } = await build({ ...programs, outdir: dist })
  const path = join(dist, 'THIRD-PARTY-NOTICES.txt')
  await writeFile(path, await notices(metafile))
  return [...Object.keys(metafile.outputs).map((output) => join(root, output)), path]
}

// Making JSON Schemas from zod takes longer than a start may: it is done once, here.
async function describeTools() {
  const outfile = join(dist, 'describe-tools.mjs')
  await build({ ...common, entryPoints: ['src/mcp/describe-tools.ts'], outfile })
  const described = await import(`${pathToFileURL(outfile)}?${Date.now()}`)
  const path = join(dist, 'tools.json')
  await writeFile(path, JSON.stringify(described.describeTools()))
  return path
}

/** What is read at run time as it is. */
async function copyFolder(source, name) {
  const [from, to] = [join(root, source), join(dist, name)]
  await cp(from, to, { recursive: true })
  return (await readdir(from)).map((file) => join(to, file))
}

// main.js last, because its age tells how old the build is.
async function launcher(name) {
  const path = join(dist, name)
  await copyFile(join(root, 'src', 'launcher', name), path)
  await chmod(path, 0o755)
  return path
}

async function removeOthers(kept) {
  const files = await readdir(dist, { recursive: true, withFileTypes: true })
  const stale = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => !kept.includes(path))
  await Promise.all(stale.map((path) => rm(path)))
}

const startedAt = performance.now()
await mkdir(dist, { recursive: true })
const prepared = [
  ...(await bundle()),
  await describeTools(),
  ...(await copyFolder('scenarios', 'scenarios')),
  ...(await copyFolder('src/sandbox/window/page', 'window')),
]
const launchers = ['compile-cache.js', 'flyctl.js', 'main.js']
const written = [...prepared]
for (const name of launchers) written.push(await launcher(name))
await removeOthers(written)
const tookMs = Math.round(performance.now() - startedAt)
process.stderr.write(`Built ${relative(process.cwd(), dist) || dirname(dist)} in ${tookMs} ms\n`)
