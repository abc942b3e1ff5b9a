import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { root } from '../bundles.mjs'
import { json, project } from './project.mjs'

const published = [
  'name',
  'version',
  'description',
  'keywords',
  'homepage',
  'repository',
  'license',
  'author',
  'mcpName',
  'type',
  'engines',
  'bin',
]

/**
 * Fills a folder with the package that is published: the built program, which holds all that it uses, under a
 * manifest without dependencies. With the Dockerfile beside it, it is the image's context too.
 */
export async function fillPackage(folder) {
  await mkdir(folder, { recursive: true })
  const manifest = Object.fromEntries(published.map((field) => [field, project[field]]))
  await writeFile(join(folder, 'package.json'), json({ ...manifest, files: ['dist'] }))
  for (const name of ['README.md', 'LICENSE', 'Dockerfile']) {
    await writeFile(join(folder, name), await readFile(join(root, name)))
  }
  const build = [join(root, 'scripts', 'build.mjs'), join(folder, 'dist')]
  await promisify(execFile)(process.execPath, build)
}
