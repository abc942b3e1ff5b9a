import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { pages } from '../../scripts/docs/pages.js'
import { projectRoot } from '../support/paths.js'

const folder = join(projectRoot, 'docs')
const names = (await readdir(folder)).filter((name) => name.endsWith('.md'))
const written = [...names.map((name) => join('docs', name)), 'README.md']

test.each(Object.keys(pages))('%s is fresh (npm run docs writes it)', async (name) => {
  const page = await readFile(join(folder, name), 'utf8')
  expect(page).toBe(pages[name]?.(page))
})

test.each(written)('the links of %s lead somewhere', async (path) => {
  const file = join(projectRoot, path)
  const text = await readFile(file, 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link)
  for (const link of links) {
    const [target = '', anchor] = link.split('#')
    const found = target === '' ? file : resolve(dirname(file), target)
    expect(existsSync(found), link).toBe(true)
    if (anchor !== undefined)
      expect(anchorsOf(await readFile(found, 'utf8')), link).toContain(anchor)
  }
})

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}
