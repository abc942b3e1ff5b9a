import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './bundles.mjs'

/**
 * The packages whose code is in a bundle, by its metafile: each with its folder in the project, its manifest,
 * and the text of its licence, empty where it has none.
 */
export async function bundledPackages({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs))
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path) ?? [])
  return Promise.all([...new Set(folders)].sort().map(read))
}

async function read(folder) {
  const inFolder = (name) => join(root, folder, name)
  const manifest = JSON.parse(await readFile(inFolder('package.json'), 'utf8'))
  const names = (await readdir(join(root, folder))).filter((name) =>
    /^(licen[sc]e|notice)/i.test(name),
  )
  const texts = await Promise.all(names.sort().map((name) => readFile(inFolder(name), 'utf8')))
  return { folder, manifest, licence: texts.join('\n').trim() }
}
