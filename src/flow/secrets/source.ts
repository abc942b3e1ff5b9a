import { posix } from 'node:path'
import { FlyopsError } from '../../errors.js'
import type { ToolContext } from '../context.js'
import { namesIn } from './values.js'

/** Where flyops can read values, as set_secrets takes it. */
export interface SecretSource {
  readonly from: 'env' | 'file'
  readonly file?: string
  /** Whether it has them all. */
  readonly isThere: boolean
}

interface Place {
  /** Folder, as the caller names it. */
  readonly context: string
  readonly secrets_file?: string | undefined
}

/** Looks at names alone: those of the file that the caller names, else of the environment, else of a `.env` beside the app or the project. */
export async function findSource(
  { context: folder, secrets_file: named }: Place,
  context: ToolContext,
): Promise<(names: readonly string[]) => SecretSource> {
  const usual = [...new Set([posix.join(folder, '.env'), '.env'])]
  const files = named === undefined ? usual : [named]
  const found = await Promise.all(
    files.map(async (file) => ({ file, names: await namesIfReadable(file, context) })),
  )
  return (names) => {
    const isInEnv = names.every((name) => context.env[name])
    if (named === undefined && isInEnv) return { from: 'env', isThere: true }
    const holding = found.find((each) => names.every((name) => each.names.includes(name)))
    if (holding !== undefined) return { from: 'file', file: holding.file, isThere: true }
    return named === undefined
      ? { from: 'env', isThere: false }
      : { from: 'file', file: named, isThere: false }
  }
}

async function namesIfReadable(file: string, context: ToolContext): Promise<readonly string[]> {
  try {
    return await namesIn(file, context)
  } catch (error) {
    if (error instanceof FlyopsError) return []
    throw error
  }
}
