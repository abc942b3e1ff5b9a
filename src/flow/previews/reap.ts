import { FlyopsError } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import { destroyApp, recordGone } from '../app/destroy.js'
import { findApp } from '../app/find.js'
import { withAppLock } from '../app-lock.js'
import type { ToolContext } from '../context.js'
import { operationsHere } from '../record/operations-here.js'
import { deploysAmong } from '../record/recorded-deploys.js'
import type { ReapInput } from './input.js'
import { type Preview, previewsAmong } from './previews.js'

/** What is, or was, of a preview. */
export interface ReapedPreview {
  readonly app: string
  readonly expires_at: string
  /** `expired`: it would be destroyed; `spared`: it expired, and may not be. */
  readonly state: 'wanted' | 'expired' | 'spared' | 'destroyed' | 'gone' | 'failed'
  readonly reason?: string
}

/** Destroys the previews that are wanted no more, one after the other, or shows which those are. */
export async function reapPreviews({ apply }: ReapInput, context: ToolContext) {
  const previews = previewsAmong(await operationsHere(context)).filter(mayDestroy(context))
  const rows: ReapedPreview[] = []
  for (const preview of previews.toSorted(byExpiry)) rows.push(await look(preview, apply, context))
  return { status: 'done' as const, previews: rows }
}

function mayDestroy({ mayUseApp, rules }: ToolContext) {
  return ({ app }: Preview) =>
    mayUseApp(app) && (rules === undefined || rules.boundsOf(app) !== undefined)
}

function byExpiry(one: Preview, other: Preview): number {
  return one.expiresAt < other.expiresAt ? -1 : 1
}

async function look(
  preview: Preview,
  apply: boolean,
  context: ToolContext,
): Promise<ReapedPreview> {
  const { app, expiresAt } = preview
  const told = { app, expires_at: expiresAt }
  if (!hasExpired(preview)) return { ...told, state: 'wanted' }
  try {
    const work = apply ? reap : judge
    return { ...told, ...(await work(preview, context)) }
  } catch (error) {
    if (!(error instanceof FlyopsError) || context.signal.aborted) throw error
    return { ...told, state: 'failed', reason: error.message }
  }
}

function hasExpired({ expiresAt }: Preview): boolean {
  return Date.parse(expiresAt) <= Date.now()
}

type Judgement = Pick<ReapedPreview, 'state' | 'reason'> & { readonly status?: AppStatus }

/** While nobody deploys it, and by what is there then: it may have been shipped again meanwhile. */
function reap({ app }: Preview, context: ToolContext): Promise<Judgement> {
  return withAppLock(app, context, async (locked) => {
    const preview = previewsAmong(await operationsHere(locked)).find((each) => each.app === app)
    if (preview === undefined) return { state: 'gone' }
    if (!hasExpired(preview)) return { state: 'wanted' }
    const { status, ...judged } = await judge(preview, locked)
    if (judged.state === 'gone') await recordGone(app, locked)
    if (status === undefined || judged.state !== 'expired') return judged
    await destroyApp(status, '.', locked)
    return { state: 'destroyed' }
  })
}

async function judge({ app, org }: Preview, context: ToolContext): Promise<Judgement> {
  const status = await findApp(app, context)
  if (status === undefined) return { state: 'gone' }
  if (status.org !== org)
    return { state: 'spared', reason: `it belongs to ${status.org}, and was created in ${org}` }
  const ours = deploysAmong(await operationsHere(context)).filter((deploy) => deploy.app === app)
  const isOurs = ({ imageDigest }: AppStatus['machines'][number]) =>
    ours.some(({ digest }) => digest === imageDigest)
  const strange = status.machines.find((machine) => !isOurs(machine))
  return strange === undefined
    ? { state: 'expired', status }
    : { state: 'spared', reason: `machine ${strange.id} runs what flyops did not deploy` }
}
