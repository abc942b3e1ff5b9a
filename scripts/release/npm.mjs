import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { root } from '../bundles.mjs'

/** What npm prints, run in that folder without scripts of packages. */
export async function npm(args, cwd = root) {
  const options = { cwd, maxBuffer: 64 * 1024 * 1024 }
  const { stdout } = await promisify(execFile)('npm', [...args, '--ignore-scripts'], options)
  return stdout
}
