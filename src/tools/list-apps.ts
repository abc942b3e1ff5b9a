import { z } from 'zod'
import { findApps } from '../flow/app/list.js'
import { listAppsInput } from '../flow/app/list-input.js'
import * as fields from '../flow/fields.js'
import { carriedShape } from '../flow/health/output.js'
import { verdicts } from '../health/verdict.js'
import { defineTool, readsOnly } from './tool.js'

const output = z.object({
  apps: z.array(
    z.object({
      app: z.string(),
      org: z.string(),
      status: z.string(),
      verdict: z.enum(verdicts),
      reason: z.string(),
      expires_at: z.string().optional(),
      ...carriedShape.shape,
    }),
  ),
  total: fields.count,
  next: fields.next,
})

export const listApps = defineTool({
  name: 'list_apps',
  title: 'List apps',
  description:
    'Lists the apps that the login may see, each with the release, image and commit that run, and a verdict by machines and checks; wakes nothing. Use it to see what runs where. A token of one app may not list: then ask check_health.',
  annotations: readsOnly,
  input: listAppsInput,
  output,
  examples: ['flyops list-apps --org my-team'],
  needsNoApp: 'filters',
  run: findApps,
  summarize({ apps, total }) {
    const shown = apps.map(({ app, verdict }) => `${app} (${verdict})`)
    return `Apps (${apps.length} of ${total}): ${shown.join(', ') || 'none'}.`
  },
})
