import { type Composition, compose } from '../compose.js'
import { removeAbandonedFolders } from '../process/private-folders.js'
import { loadSettings, type PolicyFlags } from '../settings.js'
import type { CommonFlags } from './common-flags.js'
import type { Host } from './host.js'
import { loadPolicy } from './load-policy.js'
import { sandboxEnvironment } from './sandbox-verb.js'

/** Reads the settings and joins the parts; with --sandbox, on a local Fly that runs afterwards. */
export async function start(host: Host, flags: CommonFlags & PolicyFlags): Promise<Composition> {
  const env = flags.sandbox ? { ...host.env, ...(await sandboxEnvironment(host)) } : host.env
  void removeAbandonedFolders()
  const settings = loadSettings({ flags, env, cwd: host.cwd })
  return compose({ ...settings, policy: await loadPolicy(settings) }, host)
}
