// Makes what a release is made of, in release/ or the folder that an argument names; the same bytes each time.
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import process from 'node:process'
import { root } from './bundles.mjs'
import { mcpbOf } from './release/mcpb.mjs'
import { npm } from './release/npm.mjs'
import { fillPackage } from './release/package.mjs'
import { json, project } from './release/project.mjs'
import { bundleSbom } from './release/sbom.mjs'
import { serverJson } from './release/server-json.mjs'

// npm packs files with the permissions that they have.
process.umask(0o022)
const folder = resolve(root, process.argv[2] ?? 'release')
const name = `${project.name}-${project.version}`

await rm(folder, { recursive: true, force: true })
const container = join(folder, 'container')
await fillPackage(container)
await npm(['pack', '--pack-destination', folder], container)
const mcpb = await mcpbOf(container)
await add(`${name}.mcpb`, mcpb)
await add('server.json', json(serverJson({ file: `${name}.mcpb`, sha256: sha256(mcpb) })))
await add(`${name}.cdx.json`, json(await bundleSbom()))
await add('SHA256SUMS', await checksums())
for (const file of await files()) if (!file.startsWith('container/')) await tell(file)

async function add(file, content) {
  await writeFile(join(folder, file), content)
}

async function checksums() {
  const lines = (await files()).map(async (file) => {
    return `${sha256(await readFile(join(folder, file)))}  ${file}\n`
  })
  return (await Promise.all(lines)).join('')
}

/** The paths of all files in the release, from its folder on. */
async function files() {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

async function tell(file) {
  const { length } = await readFile(join(folder, file))
  process.stdout.write(
    `${String(Math.ceil(length / 1000)).padStart(6)} kB  ${join(folder, file)}\n`,
  )
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}
