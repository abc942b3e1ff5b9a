import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { exclude, type Listing, listingOf } from '../git/listing.js'
import type { Surroundings } from './client.js'

/** Whether git lists a settings file, or a backup of it. */
export async function listingOfInstalled(env: Surroundings['env'], file: string): Promise<Listing> {
  return listingOf(env, await withBackups(file))
}

/** Has git overlook both in this work tree. */
export async function excludeInstalled(env: Surroundings['env'], file: string): Promise<void> {
  await exclude(env, await withBackups(file))
}

async function withBackups(file: string): Promise<readonly string[]> {
  const folder = dirname(file)
  const names = await readdir(folder)
  const backups = names.filter(
    (name) => name.startsWith(`${basename(file)}.`) && name.endsWith('.bak'),
  )
  return [file, ...backups.map((name) => join(folder, name))]
}
