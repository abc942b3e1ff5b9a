import { copyFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createPrivateFolder } from '../process/private-folders.js'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Lends flyctl a configuration folder of its own, with the user's login in it. flyctl writes the bodies
 * of its requests, secrets among them, into logs in that folder, for all to read (flyctl 2026.8,
 * logger/logfile): here only we may, and it is removed.
 */
export async function withPrivateConfig<T>(
  env: Environment,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const { path: folder, remove } = await createPrivateFolder('flyctl')
  try {
    const own = env.FLY_CONFIG_DIR || join(env.HOME || homedir(), '.fly')
    // Without a login of the user's there is a token in the environment, or flyctl says so.
    await copyFile(join(own, 'config.yml'), join(folder, 'config.yml')).catch(() => {})
    return await work(folder)
  } finally {
    await remove()
  }
}
