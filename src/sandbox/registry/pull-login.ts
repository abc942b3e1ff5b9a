import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPrivateFolder, type PrivateFolder } from '../../process/private-folders.js'

/** A folder for DOCKER_CONFIG with one login of user `x`, and nothing of the user's own configuration. */
export async function createPullLogin(host: string, token: string): Promise<PrivateFolder> {
  const folder = await createPrivateFolder('pull')
  const auth = Buffer.from(`x:${token}`).toString('base64')
  const config = JSON.stringify({ auths: { [host]: { auth } } })
  await writeFile(join(folder.path, 'config.json'), config, { mode: 0o600 })
  return folder
}
