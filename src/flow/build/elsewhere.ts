import { FlyopsError } from '../../errors.js'
import type { ToolContext } from '../context.js'

/** What builds in place of a Docker engine, and pushes what it has built. */
export interface Elsewhere {
  /** An address, or words for it. */
  readonly place: string
  /** The variable that says so. */
  readonly setting: string
}

/** Undefined where a Docker engine builds. */
export function builtElsewhere({
  docker,
  registry,
}: Pick<ToolContext, 'docker' | 'registry'>): Elsewhere | undefined {
  if (registry !== undefined) return { place: 'Fly.io’s remote builder', setting: 'FLYOPS_BUILDER' }
  const { buildkit } = docker
  return buildkit === undefined ? undefined : { place: buildkit, setting: 'FLYOPS_BUILDKIT' }
}

interface Wanted {
  readonly builder?: string | undefined
  readonly platform: string
  readonly secrets?: object | undefined
}

/** Raises `invalid_input` for what is not done where this flyops builds. */
export function checkElsewhere(
  { builder, platform, secrets = {} }: Wanted,
  context: Pick<ToolContext, 'docker' | 'registry'>,
): void {
  const elsewhere = builtElsewhere(context)
  if (elsewhere === undefined) return
  const { place, setting } = elsewhere
  if (builder !== undefined)
    throw refused(
      `builder: ${builder} is not used: ${setting} says where images are built.`,
      elsewhere,
    )
  if (context.registry === undefined) return
  if (Object.keys(secrets).length > 0) throw refused(secretsShown, elsewhere)
  if (platform !== 'linux/amd64')
    throw refused(`platform: ${place} builds for linux/amd64, not for ${platform}.`, elsewhere)
}

/** As flyctl 2026.8 takes them: `--build-secret NAME=VALUE`. */
const secretsShown =
  'secrets: flyctl takes build secrets on its command line alone, where every program of this machine can read them.'

function refused(message: string, { setting }: Elsewhere): FlyopsError {
  return new FlyopsError('invalid_input', 'build', message, {
    remedy: `Leave it out, or unset ${setting} and build in a Docker engine.`,
  })
}
