import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SandboxOptions } from './options.js'
import type { RunFile } from './run-file.js'
import { makeFolder, type StateFiles } from './state-folder.js'

/** What points flyctl, docker and flyops at a running sandbox instead of at Fly.io. */
export function environmentOf(run: RunFile, realFlyctl: boolean): Readonly<Record<string, string>> {
  return {
    FLY_API_BASE_URL: run.apiUrl,
    FLY_FLAPS_BASE_URL: run.apiUrl,
    FLY_UIEX_BASE_URL: run.apiUrl,
    FLY_REGISTRY_HOST: run.registryHost,
    // Else flyctl's agent would begin its tunnel at port 443 of the API's host.
    FLY_WIRE_GUARD_WEBSOCKETS: 'false',
    FLY_API_TOKEN: run.token,
    ...(realFlyctl ? {} : { FLYOPS_FLYCTL: run.flyctl }),
    ...(run.builder ? { BUILDKIT_ADDR: run.builder } : {}),
    ...(run.dockerHost === null ? {} : { DOCKER_HOST: run.dockerHost }),
  }
}

/** Writes the stand-in as a program of its own; the result is its path. */
export async function writeStandIn(
  files: StateFiles,
  { node, script }: SandboxOptions['standIn'],
): Promise<string> {
  const path = join(files.bin, 'flyctl')
  await makeFolder(files.bin)
  await writeFile(path, `#!/bin/sh\nexec ${quoted(node)} ${quoted(script)} "$@"\n`)
  await chmod(path, 0o755)
  return path
}

/** As a POSIX shell reads it back. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
