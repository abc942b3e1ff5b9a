import { z } from 'zod'
import type { Operation } from '../../journal/journal.js'
import { redactedMark } from '../../process/redact.js'
import type { ToolContext } from '../context.js'
import { operationsHere } from './operations-here.js'

/** A deploy of this platform that ended, as the journal has it. */
export interface RecordedDeploy {
  readonly app: string
  /** Undefined where flyctl did not say. */
  readonly release: number | undefined
  readonly image: string
  /** Undefined where the registry could not be asked. */
  readonly digest: string | undefined
  /** The whole fly-<app>.toml that it used; undefined where a secret is left out of the record. */
  readonly toml: string | undefined
  /** Undefined where it failed. */
  readonly verdict: string | undefined
  /** ISO 8601. */
  readonly endedAt: string
}

const facts = z.object({ toml: z.string(), image: z.string(), digest: z.string().optional() })
const result = z.object({ release: z.number().optional(), verdict: z.string().optional() })

/** The deploys of an app, newest first; of all apps where none is named. */
export async function recordedDeploys(
  app: string | undefined,
  context: ToolContext,
): Promise<readonly RecordedDeploy[]> {
  const operations = await operationsHere(context)
  return operations
    .filter((operation) => app === undefined || operation.app === app)
    .flatMap(readDeploy)
    .reverse()
}

function readDeploy({ app, args, facts: noted, end }: Operation): readonly RecordedDeploy[] {
  const known = facts.safeParse({ image: args.image, ...noted }).data
  if (known === undefined || end === undefined) return []
  const { release, verdict } = result.safeParse(end.result ?? {}).data ?? {}
  const { image, digest } = known
  const toml = known.toml.includes(redactedMark) ? undefined : known.toml
  return [{ app, image, digest, toml, release, verdict, endedAt: end.at }]
}
