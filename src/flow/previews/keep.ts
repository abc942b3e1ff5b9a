import { ttlMs } from '../../durations.js'
import type { ToolContext } from '../context.js'
import { recorded } from '../record/recorded.js'
import { previewRecord } from './previews.js'

/** Writes down until when a preview is wanted: from now on, for so long. Returns that time, ISO 8601. */
export async function keepPreview(app: string, ttl: string, context: ToolContext): Promise<string> {
  const expiresAt = new Date(Date.now() + ttlMs(ttl)).toISOString()
  const operation = { tool: previewRecord, app, args: { expires_at: expiresAt } }
  await recorded(operation, { ...context, isStep: true }, async () => ({ app }))
  return expiresAt
}
