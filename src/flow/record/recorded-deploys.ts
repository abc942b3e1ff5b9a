import { z } from 'zod'
import type { Release } from '../../fly/flyctl.js'
import type { Operation } from '../../journal/journal.js'
import { redactedMark } from '../../process/redact.js'
import type { ToolContext } from '../context.js'
import { operationsHere } from './operations-here.js'

/** A deploy of this platform that ended, as the journal has it; secrets that were set are one of the same image. */
export interface RecordedDeploy {
  readonly app: string
  /** Undefined where flyctl did not say. */
  readonly release: number | undefined
  /** The newest release before it; undefined in old records. */
  readonly before: number | undefined
  /** The release that it deployed again, where it was a rollback. */
  readonly rollbackOf: number | undefined
  readonly image: string
  /** Undefined where the registry could not be asked. */
  readonly digest: string | undefined
  /** The whole fly-<app>.toml that it used; undefined where a secret is left out of the record. */
  readonly toml: string | undefined
  /** Undefined where it failed before there was one. */
  readonly verdict: string | undefined
  /** Whether it was reported as done. */
  readonly isDone: boolean
  /** ISO 8601. */
  readonly endedAt: string
}

const facts = z.object({
  toml: z.string(),
  image: z.string(),
  digest: z.string().optional(),
  release_before: z.number().optional(),
})
const result = z.object({ release: z.number().optional(), verdict: z.string().optional() })
const rollbackArgs = z.object({ to: z.number() })

/** The deploys of an app, newest first; of all apps where none is named. */
export async function recordedDeploys(
  app: string | undefined,
  context: Pick<ToolContext, 'journal' | 'registryHost'>,
): Promise<readonly RecordedDeploy[]> {
  const operations = await operationsHere(context)
  return deploysAmong(operations.filter((operation) => app === undefined || operation.app === app))
}

/** The deploys among operations, newest first. */
export function deploysAmong(operations: readonly Operation[]): readonly RecordedDeploy[] {
  const newest = new Map<string, RecordedDeploy>()
  const deploys = operations.flatMap((operation) => {
    const before = newest.get(operation.app)
    const made = readDeploy(operation) ?? (before && readRestart(operation, before))
    if (made?.release !== undefined) newest.set(made.app, made)
    return made ?? []
  })
  return deploys.reverse()
}

/** The recorded deploy that made a release; one that failed is known by the image and by what was there before. */
export function makerOf(
  { version, image }: Pick<Release, 'version' | 'image'>,
  deploys: readonly RecordedDeploy[],
): RecordedDeploy | undefined {
  return deploys.find((each) =>
    each.release === undefined
      ? !each.isDone && each.before === version - 1 && image?.startsWith(each.image) === true
      : each.release === version,
  )
}

function readDeploy({ tool, app, args, facts: noted, end }: Operation): RecordedDeploy | undefined {
  const known = facts.safeParse({ image: args.image, ...noted }).data
  if (known === undefined || end === undefined) return undefined
  const { release, verdict } = result.safeParse(end.result ?? {}).data ?? {}
  const { image, digest, release_before: before } = known
  return {
    app,
    image,
    digest,
    toml: known.toml.includes(redactedMark) ? undefined : known.toml,
    release,
    before,
    rollbackOf: tool === 'rollback' ? rollbackArgs.safeParse(args).data?.to : undefined,
    verdict: verdict ?? (end.code === 'unhealthy' ? 'unhealthy' : undefined),
    isDone: end.status === 'done',
    endedAt: end.at,
  }
}

/** The release that set_secrets made; but for the secrets it is the one before. */
function readRestart({ tool, end }: Operation, before: RecordedDeploy): RecordedDeploy | undefined {
  const { release, verdict } = result.safeParse(end?.result ?? {}).data ?? {}
  if (tool !== 'set_secrets' || end === undefined || release === undefined) return undefined
  const made = { release, verdict, before: before.release, rollbackOf: undefined }
  return { ...before, ...made, isDone: true, endedAt: end.at }
}
