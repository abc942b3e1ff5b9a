import type { ToolContext } from '../context.js'
import { operationsIfReadable } from './operations-here.js'

/**
 * The folder that an app was last built or deployed from, where that is one of this project and not the project
 * itself: a call that is offered without it would be another one.
 */
export async function recordedFolder(
  app: string,
  context: Pick<ToolContext, 'journal' | 'registryHost' | 'folder'>,
): Promise<string | undefined> {
  const { operations } = await operationsIfReadable(context)
  const last = operations.findLast(({ tool, app: of }) => of === app && inFolder.has(tool))
  const folder = last?.args.context
  if (typeof folder !== 'string') return undefined
  const isHere = context.folder.resolve(folder, 'context', 'folder').then(
    () => true,
    () => false,
  )
  return (await isHere) ? folder : undefined
}

const inFolder = new Set(['build_image', 'deploy_image', 'ship', 'rollback'])
