import type { DockerCli } from '../engine/docker-cli.js'
import { sandboxLabel } from './container-config.js'

/** An engine has hung over forty that were removed at once. */
export const mostAtOnce = 8

/** The ids of a sandbox's containers that run, with `--all` of all; raises where the engine does not answer. */
export async function listContainers(
  docker: DockerCli,
  sandboxId: string,
  ...flags: readonly '--all'[]
): Promise<readonly string[]> {
  const filter = `--filter=label=${sandboxLabel}=${sandboxId}`
  const text = await docker.text(['ps', ...flags, '--quiet', '--no-trunc', filter])
  return text.split('\n').filter((id) => id !== '')
}

/** Whatever an earlier run has left. */
export async function removeContainers(docker: DockerCli, sandboxId: string): Promise<void> {
  const left = [...(await listContainers(docker, sandboxId, '--all'))]
  while (left.length > 0)
    await docker.text(['rm', '--force', '--volumes', ...left.splice(0, mostAtOnce)])
}
