import { z } from 'zod'
import { findApps } from '../flow/app/list.js'
import { listAppsInput } from '../flow/app/list-input.js'
import * as fields from '../flow/fields.js'
import { defineTool, readsOnly } from './tool.js'

const output = z.object({
  apps: z.array(
    z.object({
      app: z.string(),
      org: z.string(),
      status: z.string(),
      release: fields.count.optional(),
      image: z.string().optional(),
      commit: z.string().optional(),
    }),
  ),
  total: fields.count,
  next: fields.next,
})

export const listApps = defineTool({
  name: 'list_apps',
  title: 'List apps',
  description:
    'Lists the apps that the login may see, each with its status and, of what its machines run, release, image and commit. A token of one app may not list: then ask for that app with check_health. Changes nothing.',
  annotations: readsOnly,
  input: listAppsInput,
  output,
  examples: ['flyops list-apps --org my-team'],
  needsNoApp: 'filters',
  run: findApps,
  summarize({ apps, total }) {
    const shown = apps.map(({ app, status }) => `${app} (${status})`)
    return `Apps (${apps.length} of ${total}): ${shown.join(', ') || 'none'}.`
  },
})
