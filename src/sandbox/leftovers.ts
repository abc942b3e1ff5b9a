import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { rootArgument } from './builder.js'
import { pidFile } from './engine/own-engine.js'
import { sandboxLabel } from './machines/container-config.js'
import { end, withArgument } from './processes.js'
import { isDraft, removeFile, type StateFiles } from './state-folder.js'

const withinMs = 20_000

/**
 * Ends what a sandbox that was killed has left running, its engine, its registry, its buildkitd and its calls of docker, and removes what
 * it was just writing.
 */
export async function endLeftovers(files: StateFiles, sandboxId: string): Promise<void> {
  const label = `label=${sandboxLabel}=${sandboxId}`
  const calls = [`--filter=${label}`, `--${label}`]
  const engine = `--pidfile=${pidFile(files.engine)}`
  const programs = [files.registryConfig, engine, rootArgument(files)]
  for (const argument of [...calls, ...programs])
    for (const process of await withArgument(argument)) await end(process, withinMs)
  await removeDrafts(files)
}

/** But for the faults, which others write too, all files are the sandbox's own. */
async function removeDrafts({ lock, faults }: StateFiles): Promise<void> {
  const folder = dirname(lock)
  for (const name of await readdir(folder).catch(() => []))
    if (isDraft(name) && !name.startsWith(basename(faults))) await removeFile(join(folder, name))
}
