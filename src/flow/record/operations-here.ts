import { hasCode, type Warning } from '../../errors.js'
import type { Operation } from '../../journal/journal.js'
import type { ToolContext } from '../context.js'

/** What the journal has of this platform, Fly.io or one sandbox, oldest first. Raises `journal_unreadable`. */
export async function operationsHere({
  journal,
  registryHost,
}: Pick<ToolContext, 'journal' | 'registryHost'>): Promise<readonly Operation[]> {
  const { operations } = await journal.read()
  return operations.filter(({ platform }) => platform === registryHost)
}

/** The same for work that can be done without it: a journal that cannot be read is a warning, with what follows. */
export async function operationsIfReadable(
  context: Pick<ToolContext, 'journal' | 'registryHost'>,
  consequence = 'What may be done already is done again.',
): Promise<{ operations: readonly Operation[]; warnings: readonly Warning[] }> {
  try {
    return { operations: await operationsHere(context), warnings: [] }
  } catch (error) {
    if (!hasCode(error, 'journal_unreadable')) throw error
    const text = `${error.message} ${consequence}`
    return { operations: [], warnings: [{ code: error.code, cosmetic: false, text }] }
  }
}
