import { z } from 'zod'
import { parseImageReference } from '../../docker/image-ref.js'
import type { Release } from '../../fly/flyctl.js'
import { type Verdict, verdicts } from '../../health/verdict.js'
import type { Operation } from '../../journal/journal.js'
import { together } from '../../side-by-side.js'
import { readCommitTag } from '../commit-tag.js'
import type { ToolContext } from '../context.js'
import * as fields from '../fields.js'
import { type CarriedRelease, carriedReleases, describeLive, servingRelease } from '../live.js'
import { next } from '../next.js'
import { operationsIfReadable } from '../record/operations-here.js'
import { deploysAmong, makerOf, type RecordedDeploy } from '../record/recorded-deploys.js'
import type { ListReleasesInput } from './input.js'

const releaseShape = z.object({
  version: fields.count,
  status: z.string(),
  image: z.string(),
  tag: z.string().optional(),
  commit: z.string().optional(),
  dirty: z.boolean().optional(),
  created_at: z.string(),
  user: z.string(),
  verdict: z.enum(verdicts).optional(),
  /** Of a release that changes no image and no setting. */
  made_by: z.literal('set_secrets').optional(),
  rollback_of: fields.count.optional(),
  /** Later deploys that failed and made no release. */
  failed_attempts: fields.count.optional(),
  /** How many machines carry it. */
  machines: fields.count.optional(),
  current: z.boolean(),
})

/** What list_releases tells. */
export const releasesOutput = z.object({
  app: z.string(),
  releases: z.array(releaseShape),
  serving: z.union([fields.count, z.literal('none')]),
  live: z.string(),
  warnings: fields.warnings.optional(),
  next: fields.next,
})

/** The releases of an app, newest first: what the platform has of each, and the journal, and which one serves. */
export async function readReleases({ app, limit }: ListReleasesInput, context: ToolContext) {
  const { flyctl, signal } = context
  const [releases, status, { operations, warnings }] = await together([
    flyctl.releases(app, { signal }),
    flyctl.status(app, { signal }),
    operationsIfReadable(context, 'Verdicts and rollbacks are not shown.'),
  ])
  const carried = carriedReleases(status.machines)
  const known: Known = {
    app,
    releases,
    carried,
    operations,
    deploys: deploysAmong(operations.filter((operation) => operation.app === app)),
  }
  return {
    app,
    releases: releases.slice(0, limit).map((each) => describe(each, known)),
    serving: servingRelease(status.machines) ?? ('none' as const),
    live: describeLive(status),
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
    next:
      releases.length === 0
        ? [next.buildImage({ app }, 'nothing was deployed yet')]
        : [next.checkHealth({ app }, 'shows whether the current release works')],
  }
}

interface Known {
  readonly app: string
  readonly releases: readonly Release[]
  readonly carried: readonly CarriedRelease[]
  /** Of all apps: another's repository may have the image. */
  readonly operations: readonly Operation[]
  /** Of the app, newest first. */
  readonly deploys: readonly RecordedDeploy[]
}

function describe(release: Release, known: Known): z.output<typeof releaseShape> {
  const { version, status, image = '', createdAt, user } = release
  const carried = known.carried.find((each) => each.version === version)
  const tag = parseImageReference(image)?.tag
  const tagged = readCommitTag(image)
  const commit = carried?.commit ?? builtFrom(image, known.operations) ?? tagged.commit
  const restart = restartOf(version, known)
  const { verdict = restart?.verdict, rollbackOf } = makerOf(release, known.deploys) ?? {}
  const failed = failedAfter(version, known)
  return {
    version,
    status,
    image,
    ...(tag === undefined ? {} : { tag }),
    ...(commit === undefined ? {} : { commit }),
    ...(tagged.dirty ? { dirty: true } : {}),
    created_at: createdAt,
    user,
    ...(verdict === undefined ? {} : { verdict: verdict as Verdict }),
    ...(restart === undefined ? {} : { made_by: 'set_secrets' as const }),
    ...(rollbackOf === undefined ? {} : { rollback_of: rollbackOf }),
    ...(failed === 0 ? {} : { failed_attempts: failed }),
    ...(carried === undefined ? {} : { machines: carried.machines.length }),
    current: carried !== undefined && carried === known.carried[0],
  }
}

/** What set_secrets told of a release that it made. */
function restartOf(version: number, { app, operations }: Known) {
  const restart = operations.findLast(
    (each) =>
      each.tool === 'set_secrets' && each.app === app && each.end?.result?.release === version,
  )
  return restart?.end?.result
}

/** How many deploys failed after that release, without making one of their own. */
function failedAfter(version: number, known: Known): number {
  const following = known.releases.find((each) => each.version === version + 1)
  const maker = following === undefined ? undefined : makerOf(following, known.deploys)
  return known.deploys.filter((each) => each.before === version && !each.isDone && each !== maker)
    .length
}

/** The commit that the journal has for an image. */
function builtFrom(image: string, operations: readonly Operation[]): string | undefined {
  const built = operations.findLast(
    ({ tool, end }) => tool === 'build_image' && end?.result?.image === image,
  )
  const commit = built?.end?.result?.commit
  return typeof commit === 'string' ? commit : undefined
}
