import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { verdicts } from '../health/verdict.js'
import { defineLongTool } from './long-tool.js'
import * as fields from './parameters.js'
import { nothingPromoted } from './promote-failures.js'
import { findSource, type Source } from './promote-source.js'
import { type Promotion, promoteTo, type TargetResult } from './promote-target.js'
import { recorded } from './recorded.js'
import { mayReplace, type ToolContext } from './tool.js'
import { inWaves } from './waves.js'

const input = z.strictObject({
  image: fields.image.optional(),
  from_app: fields.app.optional().describe('Instead of image: what this app runs'),
  apps: z.array(fields.app).min(1).max(50).describe('In this order; the first goes alone'),
  context: fields.context,
  wave_size: z.number().int().min(1).max(16).default(4).describe('Apps side by side'),
  continue_on_failure: z.boolean().default(false).describe('Go on where one failed'),
  plan_only: z.boolean().default(false).describe('Show settings and names that differ'),
})

const output = z.object({
  status: z.enum(['done', 'partly_done']),
  image: z.string().optional(),
  digest: z.string().optional(),
  results: z
    .array(
      z.object({
        app: z.string(),
        status: z.string(),
        release: fields.count.optional(),
        verdict: z.enum(verdicts).optional(),
        config_from: z.string().optional(),
        names_missing: z.array(z.string()).optional(),
        names_added: z.array(z.string()).optional(),
        code: z.string().optional(),
        reason: z.string().optional(),
      }),
    )
    .optional(),
  warnings: fields.warnings.optional(),
  next: fields.next.optional(),
})

type Input = z.output<typeof input>
type Output = z.output<typeof output>

export const promoteImage = defineLongTool({
  name: 'promote_image',
  title: 'Promote an image to several apps',
  description:
    'Deploys one image, the same digest and no rebuild, to many apps: the first alone, then in waves; a failure stops the waves that follow. Each app keeps its own fly-<app>.toml, else takes the settings of the app that the image comes from. plan_only shows before which names of env and secrets an app lacks. What runs it already is skipped. Some failed: status partly_done, and next has the rest.',
  annotations: mayReplace,
  input,
  output,
  stage: 'preflight',
  work: 'ship',
  limits: ({ apps, wave_size }, { totalMs, silenceMs }) => ({
    totalMs: totalMs * (1 + Math.ceil((apps.length - 1) / wave_size)),
    silenceMs,
  }),
  outlivesCaller: (stage) => stage === 'deploy' || stage === 'health',
  async run(request, context) {
    const source = await findSource(request, context)
    if (request.plan_only) return promote(request, source, context)
    const operation = { tool: 'promote_image', app: source.app, args: request }
    return recorded(operation, context, () => promote(request, source, context))
  },
  summarize({ image, results = [] }) {
    const deployed = results.find(({ status }) => status === 'deployed')
    const undo = deployed === undefined ? '' : ` To undo: flyops rollback --app ${deployed.app}.`
    return `${image}: ${results.map(({ app, status }) => `${app} ${status}`).join(', ')}.${undo}`
  },
})

const longestJitterMs = 2_000

async function promote(request: Input, source: Source, context: ToolContext): Promise<Output> {
  const apps = [...new Set(request.apps)]
  let ended = 0
  const promotion: Promotion = { ...source, context: request.context, isPlan: request.plan_only }
  const work = async (app: string) => {
    const result = await promoteTo(app, promotion, context)
    ended += 1
    const percent = (100 * ended) / apps.length
    context.progress({ message: `${app}: ${result.status}`, percent, stage: 'deploy' })
    return result
  }
  const done = await inWaves(apps, work, isGood, {
    waveSize: request.wave_size,
    continueOnFailure: request.continue_on_failure || request.plan_only,
    pause: () => sleep(request.plan_only ? 0 : Math.random() * longestJitterMs),
  })
  if (!request.plan_only && !done.some(isGood)) throw nothingPromoted(done, source.image)
  const left = apps.slice(done.length).map((app) => ({ app, status: 'not_started' as const }))
  return answer(request, source, [...done.map(({ error: _error, ...result }) => result), ...left])
}

function isGood({ status }: Pick<TargetResult, 'status'>): boolean {
  return status !== 'failed'
}

function answer(
  { plan_only, ...request }: Input,
  { image, digest }: Source,
  results: NonNullable<Output['results']>,
): Output {
  const rest = results.filter(({ status }) => status === 'failed' || status === 'not_started')
  const given = { image, context: request.context, wave_size: request.wave_size }
  const call = (apps: readonly { readonly app: string }[], why: string) => ({
    tool: 'promote_image',
    arguments: { ...given, apps: apps.map(({ app }) => app) },
    why,
  })
  const next = plan_only
    ? [call(results, 'does it')]
    : rest.length > 0
      ? [call(rest, 'goes on with those that are left')]
      : []
  const status = rest.length > 0 && !plan_only ? 'partly_done' : 'done'
  return { status, image, digest, results, next }
}
