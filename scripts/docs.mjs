// Writes what is made of docs/: from the catalogue, the tables of codes and imports, and the diagnosis data.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { loadTypeScript } from './load-typescript.mjs'

const folder = new URL('../docs/', import.meta.url)
const { pages } = await loadTypeScript('scripts/docs/pages.ts')
for (const [name, render] of Object.entries(pages)) {
  const file = fileURLToPath(new URL(name, folder))
  await writeFile(file, render(await readFile(file, 'utf8').catch(() => '')))
}
