import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../support/paths.js'

/** settings.ts makes these names of two parts. */
const limits = [
  ...['BUILD', 'PUSH', 'DEPLOY'].flatMap((work) => [
    `FLYOPS_${work}_TIMEOUT`,
    `FLYOPS_${work}_SILENCE`,
  ]),
  ...['JOBS', 'CALLS'].flatMap((what) => [`FLYOPS_MAX_${what}`, `FLYOPS_MAX_${what}_PER_CALLER`]),
]

async function namesIn(folder: string, extension: string): Promise<readonly string[]> {
  const paths = await readdir(join(projectRoot, folder), { recursive: true })
  const texts = await Promise.all(
    paths
      .filter((path) => path.endsWith(extension))
      .map((path) => readFile(join(projectRoot, folder, path), 'utf8')),
  )
  const found = texts.flatMap((text) => text.match(/\bFLYOPS_[A-Z_]+[A-Z]\b/g) ?? [])
  return [...new Set(found)].sort()
}

test('docs tell every variable that flyops reads, and no other', async () => {
  const read = await namesIn('src', '.ts')
  expect(await namesIn('docs', '.md')).toEqual([...new Set([...read, ...limits])].sort())
})
