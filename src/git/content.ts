import { createHash } from 'node:crypto'
import { splitNul } from './command.js'
import type { DescribeOptions } from './git.js'
import type { OpenRepository } from './open-repository.js'
import { type Place, pathFrom } from './place.js'

/**
 * Hex digest over mode, object and path, relative to the context, of what the commit has there and the builder gets, but
 * for the settings of deploys. Two commits with the same one give the builder the same files.
 */
export async function digestContent(
  { git, root, commit }: OpenRepository,
  { context }: Place,
  { isSent, left }: Pick<DescribeOptions, 'isSent'> & { readonly left: readonly string[] },
): Promise<string> {
  const folder = pathFrom(root, context)
  const within = folder === '' ? [] : ['--', `${folder}/`]
  const listed = await git(root, ['ls-tree', '-r', '-z', commit, ...within])
  const hash = createHash('sha256')
  for (const entry of splitNul(listed)) {
    const [object = '', path = ''] = entry.split('\t', 2)
    const fromContext = folder === '' ? path : path.slice(folder.length + 1)
    if (isSent(fromContext) && !left.includes(fromContext))
      hash.update(`${JSON.stringify([object, fromContext])}\n`)
  }
  return hash.digest('hex')
}
