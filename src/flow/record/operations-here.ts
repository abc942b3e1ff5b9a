import type { Operation } from '../../journal/journal.js'
import type { ToolContext } from '../context.js'

/** What the journal has of this platform, Fly.io or one sandbox, oldest first. */
export async function operationsHere({
  journal,
  registryHost,
}: Pick<ToolContext, 'journal' | 'registryHost'>): Promise<readonly Operation[]> {
  const { operations } = await journal.read()
  return operations.filter(({ platform }) => platform === registryHost)
}
