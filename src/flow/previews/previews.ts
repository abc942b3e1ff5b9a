import { FlyopsError } from '../../errors.js'
import type { AppStatus } from '../../fly/flyctl.js'
import type { Operation } from '../../journal/journal.js'

/** An app for a while: flyops created it, and a ship said how long it is wanted. */
export interface Preview {
  readonly app: string
  /** Organization that it was created in. */
  readonly org: string
  /** ISO 8601. */
  readonly expiresAt: string
}

/** The record that says, or says again, until when an app is wanted. */
export const previewRecord = 'preview'

/** An app that flyops created, and that is not destroyed since. */
interface CreatedApp {
  readonly org: string
  readonly expiresAt?: string
}

/** The previews that there are, as far as the journal knows. */
export function previewsAmong(operations: readonly Operation[]): readonly Preview[] {
  return [...createdAmong(operations)].flatMap(([app, { org, expiresAt }]) =>
    expiresAt === undefined ? [] : [{ app, org, expiresAt }],
  )
}

/** Raises `invalid_input` for an app that has not been a preview from its beginning: nobody has said that it may go. */
export function checkPreview(app: AppStatus | undefined, operations: readonly Operation[]): void {
  if (app === undefined) return
  const created = createdAmong(operations).get(app.name)
  const isEmpty = app.release === 0 && app.machines.length === 0
  if (created !== undefined && (created.expiresAt !== undefined || isEmpty)) return
  const message = `ttl: ${app.name} is there already, and no preview that flyops created.`
  throw new FlyopsError('invalid_input', 'preflight', message, {
    remedy: 'Choose a name that is free, or leave ttl out.',
  })
}

/** By its name, each app that flyops created and has not destroyed. */
function createdAmong(operations: readonly Operation[]): ReadonlyMap<string, CreatedApp> {
  const created = new Map<string, CreatedApp>()
  for (const { tool, app, args, end } of operations) {
    if (end?.status !== 'done') continue
    const known = created.get(app)
    if (tool === 'create_app') created.set(app, { org: String(args.org) })
    if (tool === 'destroy_app') created.delete(app)
    if (tool === previewRecord && known !== undefined)
      created.set(app, { ...known, expiresAt: String(args.expires_at) })
  }
  return created
}
