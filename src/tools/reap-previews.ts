import { z } from 'zod'
import * as fields from '../flow/fields.js'
import { reapInput } from '../flow/previews/input.js'
import { reapPreviews as reap } from '../flow/previews/reap.js'
import { defineTool, mayReplace } from './tool.js'

export const reapPreviews = defineTool({
  name: 'reap_previews',
  title: 'Show previews, destroy those that expired',
  description:
    'Lists the apps that a ship with a ttl has created, and with `apply` destroys those whose time is over: only where flyops created the app, it is of the same organization, nobody deploys it now, and its machines run what flyops deployed.',
  annotations: mayReplace,
  input: reapInput,
  output: z.object({
    status: fields.status,
    previews: z.array(
      z.object({
        app: z.string(),
        expires_at: z.string(),
        state: z.enum(['wanted', 'expired', 'spared', 'destroyed', 'gone', 'failed']),
        reason: z.string().optional(),
      }),
    ),
  }),
  examples: ['flyops reap-previews', 'flyops reap-previews --apply'],
  needsNoApp: 'filters',
  run: reap,
  summarize({ previews }) {
    const shown = previews.map(
      ({ app, state, expires_at, reason }) =>
        `${app} (${state}, ${expires_at}${reason === undefined ? '' : `: ${reason}`})`,
    )
    return `Previews (${previews.length}): ${shown.join(', ') || 'none'}.`
  },
})
