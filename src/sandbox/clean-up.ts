import { forgetEndedHolders } from '../process/lock.js'
import { removeAbandonedFolders } from '../process/private-folders.js'
import { createDockerCli, type DockerCli } from './engine/docker-cli.js'
import type { EngineOptions } from './engine/engine-options.js'
import { unmountBelow } from './engine/mounts.js'
import { hasOrphans, removeRemains, startOwnEngine } from './engine/own-engine.js'
import { askEngine } from './engine/probe-engine.js'
import { readIdentity } from './identity.js'
import { endLeftovers } from './leftovers.js'
import { removeContainers } from './machines/labelled-containers.js'
import { removePrivateNetwork } from './machines/private-network.js'
import type { SandboxOptions } from './options.js'
import { removeFile, type StateFiles } from './state-folder.js'

/** Removes what a sandbox that was killed has left: containers first, then processes and files. */
export async function cleanUp(options: SandboxOptions, files: StateFiles): Promise<void> {
  const identity = await readIdentity(files)
  if (identity === undefined) return
  const { docker: program, env, run } = options
  const place = { ...options, files, sandboxId: identity.id }
  if (program !== undefined) {
    const docker = createDockerCli({ program, env, run })
    const answers = (await askEngine(docker)) !== undefined
    if (answers) await removeFromEngine(docker, identity.id)
  }
  await endLeftovers(files, identity.id)
  if (program !== undefined && (await hasOrphans(place))) await endOrphans(place, program)
  await removeRemains(place)
  await unmountBelow({ run, env, folder: files.builder })
  await removeFile(files.run)
  await forgetEndedHolders(files.lock)
  await removeAbandonedFolders()
}

/** An engine that was killed ends its containers when it starts again. */
async function endOrphans(place: EngineOptions, program: string): Promise<void> {
  const engine = await startOwnEngine(place, program)
  await removeFromEngine(engine.docker, place.sandboxId).finally(() => engine.close())
}

async function removeFromEngine(docker: DockerCli, sandboxId: string): Promise<void> {
  await removeContainers(docker, sandboxId)
  await removePrivateNetwork(docker, sandboxId)
}

/** Removes the copies that the machines' engine made of the registry's images. */
export async function forgetImages(options: SandboxOptions, files: StateFiles): Promise<void> {
  const { docker: program, env, run } = options
  const identity = await readIdentity(files)
  if (program === undefined || identity === undefined) return
  const docker = createDockerCli({ program, env, run })
  const reference = `--filter=reference=127.0.0.1:${identity.ports.backend}/*`
  const format = '--format={{.Repository}}@{{.Digest}}'
  const { stdout } = await docker.run(['image', 'ls', '--digests', reference, format])
  const images = stdout.split('\n').filter((image) => image !== '')
  if (images.length > 0) await docker.run(['image', 'rm', ...images])
}
