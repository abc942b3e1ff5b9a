import { pidFile } from './engine/own-engine.js'
import { end, withArgument } from './processes.js'
import type { StateFiles } from './state-folder.js'

const withinMs = 20_000

/** Ends what a sandbox that was killed has left running: its engine and its registry. */
export async function endLeftovers(files: StateFiles): Promise<void> {
  for (const argument of [files.registryConfig, `--pidfile=${pidFile(files.engine)}`]) {
    for (const process of await withArgument(argument)) await end(process, withinMs)
  }
}
