import { FlyopsError, hasCode, type Warning } from '../../errors.js'
import type { AppStatus, Release } from '../../fly/flyctl.js'
import type { BaseConfig } from '../../fly-toml/fly-toml.js'
import { together } from '../../side-by-side.js'
import { readCommitTag } from '../commit-tag.js'
import type { ToolContext } from '../context.js'
import { unverified } from '../deploy/deployable-image.js'
import { readFlyImage, repositoryOf } from '../fly-image.js'
import { next } from '../next.js'
import { makerOf, type RecordedDeploy, recordedDeploys } from '../record/recorded-deploys.js'
import { withRegistryLogin } from '../registry-login.js'

/** The release that a rollback deploys again. */
export interface RollbackTarget {
  readonly release: number
  /** By its tag while that names the same content, else by its digest. */
  readonly image: string
  /** As the tag says that the release was deployed by. */
  readonly commit: string | undefined
  /** Undefined: the settings as they are now. */
  readonly base: BaseConfig | undefined
  /** What machines carry now; 0 where there are none. */
  readonly current: number
  readonly warnings: readonly Warning[]
}

/** Release `to`, else the newest healthy one before the current; raises `release_not_found` and `image_not_found`. */
export async function findTarget(
  app: string,
  to: number | undefined,
  context: ToolContext,
): Promise<RollbackTarget> {
  // Without the journal nothing else is worth asking for.
  const deploys = await recordedDeploys(app, context)
  const [status, releases] = await together([
    context.flyctl.status(app, context),
    context.flyctl.releases(app, context),
  ])
  const current = currentOf(status)
  const { known, listed } =
    to === undefined
      ? lastGood({ deploys, releases, current })
      : { known: byRelease(deploys, to), listed: byVersion(releases, to) }
  if (known?.release !== undefined) {
    const { image, warnings } = await findImage(known, context)
    const base = baseOf(known)
    const unknown = base === undefined ? [incomplete(known.release)] : []
    return {
      release: known.release,
      commit: readCommitTag(known.image).commit,
      base,
      current,
      image,
      warnings: [...unknown, ...warnings],
    }
  }
  if (listed?.image === undefined) throw releaseNotFound(app, to, { releases, current })
  const { version: release, image: listedImage } = listed
  const { image, warnings } = await findImage(
    { image: listedImage, digest: undefined, app },
    context,
  )
  return {
    release,
    commit: readCommitTag(listedImage).commit,
    image,
    base: undefined,
    current,
    warnings: [unrecorded(release), ...warnings],
  }
}

function currentOf({ machines, release }: AppStatus): number {
  const carried = machines.flatMap((machine) => machine.release ?? [])
  return carried.length === 0 ? release : Math.max(...carried)
}

interface Past {
  /** Newest first. */
  readonly deploys: readonly RecordedDeploy[]
  /** Newest first. */
  readonly releases: readonly Release[]
  readonly current: number
}

interface Good {
  readonly known?: RecordedDeploy | undefined
  /** One that others made. */
  readonly listed?: Release | undefined
}

/** The newest one before the current that was healthy; of those of others, that flyctl calls complete. */
function lastGood({ deploys, releases, current }: Past): Good {
  const running = byRelease(deploys, current)
  const isHealthy = ({ release = current, verdict, digest, toml }: RecordedDeploy) =>
    release < current &&
    verdict === 'healthy' &&
    !(digest === running?.digest && toml === running?.toml)
  for (const listed of releases.filter(({ version }) => version < current)) {
    const known = makerOf(listed, deploys) ?? sameImageBefore(listed, deploys)
    if (known === undefined && listed.status === 'complete') return { listed }
    if (known !== undefined && isHealthy(known)) return { known }
  }
  return { known: deploys.find(isHealthy) }
}

/** Of a release that others made, the recorded one before it that it only gave other secrets, or another scale. */
function sameImageBefore(
  { version, image }: Release,
  deploys: readonly RecordedDeploy[],
): RecordedDeploy | undefined {
  const before = deploys.find(({ release = version }) => release < version)
  return before !== undefined && image?.startsWith(before.image) ? before : undefined
}

function byRelease(deploys: readonly RecordedDeploy[], wanted: number): RecordedDeploy | undefined {
  return deploys.find(({ release }) => release === wanted)
}

function byVersion(releases: readonly Release[], wanted: number): Release | undefined {
  return releases.find(({ version }) => version === wanted)
}

function baseOf({ release, toml }: RecordedDeploy): BaseConfig | undefined {
  if (toml === undefined) return undefined
  return { path: `the record of release ${release}`, text: toml, isTarget: false }
}

interface FoundImage {
  readonly image: string
  readonly warnings: readonly Warning[]
}

/** A tag may name other content by now, and old images may be gone; a registry that does not answer keeps nobody. */
async function findImage(
  { app, image, digest }: Pick<RecordedDeploy, 'app' | 'image' | 'digest'>,
  context: ToolContext,
): Promise<FoundImage> {
  const repository = repositoryOf(
    context.registryHost,
    readFlyImage(image, context.registryHost).repository,
  )
  const exact = digest === undefined ? image : `${repository}@${digest}`
  try {
    return await withRegistryLogin(context, async (session) => {
      const tagged = await session.inspectRemote(image)
      const isSame = tagged.kind === 'found' && (digest ?? tagged.digest) === tagged.digest
      if (isSame) return { image, warnings: [] }
      const found = exact === image ? tagged : await session.inspectRemote(exact)
      if (found.kind === 'found') return { image: exact, warnings: [] }
      if (found.kind === 'failed') return { image: exact, warnings: [unverified(found.text)] }
      throw imageGone(app, image)
    })
  } catch (error) {
    if (hasCode(error, 'docker_missing'))
      return { image: exact, warnings: [unverified(error.message)] }
    throw error
  }
}

function imageGone(app: string, image: string): FlyopsError {
  return new FlyopsError(
    'image_not_found',
    'releases',
    `The Fly registry does not have ${image} any more.`,
    {
      remedy: 'Return to another release, or build that commit again.',
      next: [next.listReleases({ app }, 'shows the other releases')],
    },
  )
}

function releaseNotFound(
  app: string,
  to: number | undefined,
  { releases, current }: { readonly releases: readonly Release[]; readonly current: number },
): FlyopsError {
  const hasOthers = releases.some(({ version, image }) => version !== current && image)
  const message =
    to === undefined
      ? `${app} has no earlier release that was healthy.`
      : `${app} has no release ${to} with an image.`
  return new FlyopsError('release_not_found', 'releases', message, {
    remedy: hasOthers
      ? 'Choose one of its releases as `to`.'
      : 'There is none to go back to: repair the app, and deploy again.',
    evidence: releases
      .map(({ version, status, image }) => `${version} ${status} ${image}`)
      .join('\n'),
    next: [next.listReleases({ app }, 'shows what there is')],
  })
}

function incomplete(release: number): Warning {
  const text = `The settings of release ${release} have a secret in them, which is not recorded: its image returns, with the settings of now.`
  return { code: 'unrecorded_release', cosmetic: false, text }
}

function unrecorded(release: number): Warning {
  const text = `Release ${release} was not deployed by this flyops: its image returns, with the settings of now.`
  return { code: 'unrecorded_release', cosmetic: false, text }
}
