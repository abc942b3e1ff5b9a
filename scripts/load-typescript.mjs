import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The module in that file of the project, which may import others. */
export async function loadTypeScript(path) {
  const name = basename(path).replace(/\.ts$/, '.mjs')
  const outfile = join(root, 'node_modules', '.cache', 'flyops', name)
  await build({
    absWorkingDir: root,
    entryPoints: [path],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
  })
  return import(pathToFileURL(outfile).href)
}
