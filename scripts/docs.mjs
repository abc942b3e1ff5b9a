// Writes what is made of docs/: from the catalogue, the tables of codes and imports, and the diagnosis data.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const outfile = join(root, 'node_modules', '.cache', 'flyops', 'docs.mjs')
await build({
  absWorkingDir: root,
  entryPoints: ['scripts/docs/pages.ts'],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  packages: 'external',
  logLevel: 'warning',
})
const { pages } = await import(pathToFileURL(outfile).href)
for (const [name, render] of Object.entries(pages)) {
  const file = join(root, 'docs', name)
  await writeFile(file, render(await readFile(file, 'utf8').catch(() => '')))
}
