import { parseImageReference } from '../../docker/image-ref.js'
import type { Machine, Release } from '../../fly/flyctl.js'
import { cutText } from '../../process/plain-text.js'
import type { ToolContext } from '../context.js'
import { next } from '../next.js'
import type { ListReleasesInput } from './input.js'

/** The releases of an app, newest first, with the one that runs marked. */
export async function readReleases(
  { app, limit }: ListReleasesInput,
  { flyctl, signal }: ToolContext,
) {
  const [releases, status] = await Promise.all([
    flyctl.releases(app, { signal }),
    flyctl.status(app, { signal }),
  ])
  const current = currentRelease(releases, status.machines)
  const commit = status.machines.find((machine) => machine.release === current)?.commit
  return {
    app,
    releases: releases.slice(0, limit).map((each) => describe(each, current, commit)),
    next:
      releases.length === 0
        ? [next.buildImage({ app }, 'nothing was deployed yet')]
        : [next.checkHealth({ app }, 'shows whether the current release works')],
  }
}

const descriptionChars = 200

/** What the started machines carry, else the newest complete release. */
function currentRelease(
  releases: readonly Release[],
  machines: readonly Machine[],
): number | undefined {
  const carried = machines.flatMap(({ state, release: version }) =>
    state === 'started' && version !== undefined ? [version] : [],
  )
  if (carried.length > 0) return Math.max(...carried)
  return releases.find(({ status }) => status === 'complete')?.version
}

function describe(each: Release, current: number | undefined, commit: string | undefined) {
  const tag = each.image === undefined ? undefined : parseImageReference(each.image)?.tag
  const isCurrent = each.version === current
  return {
    version: each.version,
    status: each.status,
    stable: each.stable,
    type: each.type,
    image: each.image ?? '',
    ...(tag === undefined ? {} : { tag }),
    ...(isCurrent && commit !== undefined ? { commit } : {}),
    created_at: each.createdAt,
    user: each.user,
    description: cutText(each.description, descriptionChars),
    current: isCurrent,
  }
}
