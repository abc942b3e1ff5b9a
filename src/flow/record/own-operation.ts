import type { Operation } from '../../journal/journal.js'
import { localOwner, type ToolContext } from '../context.js'

/** What the journal has of a job; somebody else's is as if there were none. Raises `journal_unreadable`. */
export async function ownOperation(
  jobId: string,
  { journal, owner }: ToolContext,
): Promise<Operation | undefined> {
  const { operations } = await journal.read()
  return operations.find(
    (operation) => operation.id === jobId && (operation.owner ?? localOwner) === owner,
  )
}
