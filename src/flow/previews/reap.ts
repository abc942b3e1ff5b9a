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

type Ended = Pick<ReapedPreview, 'state' | 'reason'>

/** While nobody deploys it, and by what is there then: it may have been shipped again meanwhile. */
function reap({ app }: Preview, context: ToolContext): Promise<Ended> {
  return withAppLock(app, context, async (locked): Promise<Ended> => {
    const preview = previewsAmong(await operationsHere(locked)).find((each) => each.app === app)
    if (preview === undefined) return { state: 'gone' }
    if (!hasExpired(preview)) return { state: 'wanted' }
    const status = await findApp(app, locked)
    if (status === undefined) {
      await recordGone(app, locked)
      return { state: 'gone' }
    }
    const reason = await reasonToSpare(status, preview, locked)
    if (reason !== undefined) return { state: 'spared', reason }
    await destroyApp(status, '.', locked)
    return { state: 'destroyed' }
  })
}

async function judge(preview: Preview, context: ToolContext): Promise<Ended> {
  const status = await findApp(preview.app, context)
  if (status === undefined) return { state: 'gone' }
  const reason = await reasonToSpare(status, preview, context)
  return reason === undefined ? { state: 'expired' } : { state: 'spared', reason }
}

async function reasonToSpare(
  { org, machines }: AppStatus,
  preview: Preview,
  context: ToolContext,
): Promise<string | undefined> {
  if (org !== preview.org) return `it belongs to ${org}, and was created in ${preview.org}`
  const deploys = deploysAmong(await operationsHere(context))
  const ours = deploys.filter(({ app }) => app === preview.app)
  const isOurs = ({ imageDigest }: AppStatus['machines'][number]) =>
    ours.some(({ digest }) => digest === imageDigest)
  const strange = machines.find((machine) => !isOurs(machine))
  return strange && `machine ${strange.id} runs what flyops did not deploy`
}
