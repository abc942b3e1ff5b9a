import { type Composition, compose } from '../compose.js'
import { removeAbandonedFolders } from '../process/private-folders.js'
import { loadSettings, type PolicyFlags } from '../settings.js'
import type { CommonFlags } from './common-flags.js'
import type { Host } from './host.js'
import { sandboxEnvironment } from './sandbox-verb.js'

/** Reads the settings and joins the parts; with --sandbox, on a local Fly that runs afterwards. */
export async function start(host: Host, flags: CommonFlags & PolicyFlags): Promise<Composition> {
  const env = flags.sandbox ? { ...host.env, ...(await sandboxEnvironment(host)) } : host.env
  void removeAbandonedFolders()
  return compose(loadSettings({ flags, env, cwd: host.cwd }), host)
}
