// Writes the pages of docs/ that are made from the catalogue and the diagnosis data.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { loadTypeScript } from './load-typescript.mjs'

const folder = new URL('../docs/', import.meta.url)
const { pages } = await loadTypeScript('scripts/docs/pages.ts')
for (const [name, render] of Object.entries(pages)) {
  await writeFile(fileURLToPath(new URL(name, folder)), render())
}
