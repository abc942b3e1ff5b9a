import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Scenario } from './scenario.js'
import { createSecrets } from './secrets-shown.js'

/** A file that is longer was not written by flyops. */
const maxFileBytes = 4 * 1024 * 1024

export interface Leak {
  readonly secret: string
  readonly where: string
}

/** Where the values of secrets were printed, or left in a file under those folders that the scenario did not put there. */
export async function findLeaks(
  { secrets: values, files, change }: Pick<Scenario, 'secrets' | 'files' | 'change'>,
  output: string,
  folders: readonly string[],
): Promise<readonly Leak[]> {
  if (Object.keys(values).length === 0) return []
  const secrets = createSecrets(values)
  const leaksIn = (text: string, where: string) =>
    secrets.shownIn(text).map((secret) => ({ secret, where }))
  const leaks = [...leaksIn(output, 'in what the command printed')]
  for (const folder of folders) {
    const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
    for (const file of found.filter((each) => each.isFile())) {
      const path = join(file.parentPath, file.name)
      if (Object.hasOwn({ ...files, ...change }, relative(folder, path))) continue
      if ((await stat(path)).size > maxFileBytes) continue
      leaks.push(...leaksIn(await readFile(path, 'utf8'), `in ${relative(folder, path)}`))
    }
  }
  return leaks
}
