import type { RunResult } from '../process/command.js'
import * as commands from './commands.js'
import { bounded, clientVersion } from './describe.js'
import type { BuilderKind, WorkOptions } from './docker.js'
import { unexpectedFailure } from './failures.js'
import type { StartDocker } from './start.js'

/** Since this version docker builds with BuildKit through buildx alone. */
const firstWithoutBuildKit = 23

/** Since this version buildx knows `--progress=rawjson`. */
const firstWithRawJson = [0, 13] as const

/** A buildx that knows what we ask of it, else BuildKit inside docker, else the legacy builder; no engine is asked. */
export async function findBuilder(
  start: StartDocker,
  options: WorkOptions = {},
): Promise<BuilderKind> {
  const [version, buildx] = await Promise.all([
    clientVersion(start, options),
    start(commands.buildxVersion(), bounded(options)),
  ])
  if (isUnfinished(buildx)) throw unexpectedFailure(buildx, 'being asked for buildx')
  if (buildx.outcome === 'ok') return knowsRawJson(buildx.stdout) ? 'buildx' : 'buildkit'
  return Number.parseInt(version, 10) < firstWithoutBuildKit ? 'buildkit' : 'legacy'
}

/** Says nothing about whether buildx is there. */
function isUnfinished({ outcome }: RunResult): boolean {
  return outcome === 'cancelled' || outcome === 'timed_out'
}

/** "github.com/docker/buildx v0.38.2 …"; without a version, or with v0.0.0, it is a build of its own, and new. */
function knowsRawJson(version: string): boolean {
  const [, major, minor] = /\bv(\d+)\.(\d+)\./.exec(version) ?? []
  if (major === undefined || minor === undefined) return true
  const isUnversioned = major === '0' && minor === '0'
  return (
    isUnversioned || Number(major) > firstWithRawJson[0] || Number(minor) >= firstWithRawJson[1]
  )
}
