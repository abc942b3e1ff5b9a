import { type Composition, compose, type OwnProcess } from '../compose.js'
import { unwatched } from '../flow/watch.js'
import { removeAbandonedFolders } from '../process/private-folders.js'
import { loadSettings, type PolicyFlags } from '../settings.js'
import type { CommonFlags } from './common-flags.js'
import type { Host } from './host.js'
import { loadPolicy } from './load-policy.js'
import { sandboxEnvironment } from './sandbox-verb.js'

/** Who is told of the work, beside the caller. */
export type Watching = Pick<OwnProcess, 'auditStream' | 'watch'>

/**
 * Reads the settings and joins the parts; with --sandbox, on a local Fly that runs afterwards. Audit lines that are to be
 * written go to standard error where standard output has another use.
 */
export async function start(
  host: Host,
  flags: CommonFlags & PolicyFlags,
  { auditStream = host.stderr, watch = unwatched }: Partial<Watching> = {},
): Promise<Composition> {
  const env = flags.sandbox ? { ...host.env, ...(await sandboxEnvironment(host)) } : host.env
  void removeAbandonedFolders()
  const settings = loadSettings({ flags, env, cwd: host.cwd })
  return compose(
    { ...settings, policy: await loadPolicy(settings) },
    { ...host, auditStream, watch },
  )
}
