import { readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createPrivateFolder } from '../process/private-folders.js'
import type { RegistryLogin } from './docker.js'

/** What of the user's configuration decides which engine is reached, and how. */
const carriedSettings = ['currentContext', 'proxies', 'cliPluginsExtraDirs']
const carriedFolders = ['contexts', 'cli-plugins']

/**
 * A docker configuration folder of our own, mode 0700, without the user's logins and credential helpers.
 * The user's file is read and never written.
 */
export async function createRegistryLogin(
  env: Readonly<Record<string, string | undefined>>,
): Promise<RegistryLogin> {
  const userFolder = env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker')
  const { path: folder, remove } = await createPrivateFolder('login')
  const settings = await readSettings(join(userFolder, 'config.json'))
  await writeFile(join(folder, 'config.json'), JSON.stringify(settings), { mode: 0o600 })
  for (const name of carriedFolders) {
    const target = join(userFolder, name)
    const isThere = await stat(target).then(
      (found) => found.isDirectory(),
      () => false,
    )
    // Windows lets everybody make a junction, but not a symbolic link.
    if (isThere) await symlink(target, join(folder, name), 'junction')
  }
  return { folder, remove }
}

/** A file that docker cannot read either carries nothing over. */
async function readSettings(path: string): Promise<Record<string, unknown>> {
  try {
    const settings: Record<string, unknown> = JSON.parse(await readFile(path, 'utf8'))
    return Object.fromEntries(
      Object.entries(settings).filter(([name]) => carriedSettings.includes(name)),
    )
  } catch {
    return {}
  }
}

/** What makes a docker child use that login and no other (docker 28.3 reads DOCKER_AUTH_CONFIG first). */
export function loginEnvironment(login: RegistryLogin) {
  return { DOCKER_CONFIG: login.folder, DOCKER_AUTH_CONFIG: undefined }
}
