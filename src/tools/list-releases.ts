import { z } from 'zod'
import { parseImageReference } from '../docker/image-ref.js'
import type { Machine, Release } from '../fly/flyctl.js'
import { cutText } from '../process/plain-text.js'
import * as fields from './parameters.js'
import { defineTool, readsOnly } from './tool.js'

const input = z.strictObject({
  app: fields.app,
  limit: z.number().int().min(1).max(25).default(10).describe('How many, newest first'),
})

const release = z.object({
  version: fields.count,
  status: z.string(),
  stable: z.boolean(),
  type: z.string(),
  image: z.string(),
  tag: z.string().optional(),
  commit: z.string().optional(),
  created_at: z.string(),
  user: z.string(),
  description: z.string(),
  current: z.boolean(),
})

const output = z.object({ app: z.string(), releases: z.array(release), next: fields.next })

export const listReleases = defineTool({
  name: 'list_releases',
  title: 'List the releases of an app',
  description:
    'Lists the releases of an app, newest first, each with its image, status, date and author, and marks the one that the started machines carry as current. Use it to see what runs, what was deployed before, and which image to go back to: deploy_image with the image of an older release returns to it. Changes nothing. Next: check_health.',
  annotations: readsOnly,
  input,
  output,
  async run({ app, limit }, { flyctl, signal }) {
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
          ? [{ tool: 'build_image', arguments: { app }, why: 'nothing was deployed yet' }]
          : [
              {
                tool: 'check_health',
                arguments: { app },
                why: 'shows whether the current release works',
              },
            ],
    }
  },
  summarize({ app, releases }) {
    const current = releases.find((each) => each.current)
    const runs =
      current === undefined ? 'none is current' : `current is ${current.version} (${current.image})`
    return `Releases of ${app}, newest first (${releases.length}); ${runs}.`
  },
})

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
