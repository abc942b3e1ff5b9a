import { join } from 'node:path'
import { FlyopsError } from '../../errors.js'
import { appOf, readBaseAt } from '../../fly-toml/read.js'
import type { ToolContext } from '../context.js'
import * as fields from '../fields.js'
import { next } from '../next.js'
import type { ShipRequest } from './input.js'

/** Where neither one app nor several are named, or both are: with the call for the app that the author's toml names. */
export async function needsApp(request: ShipRequest, context: ToolContext): Promise<FlyopsError> {
  const { apps: _, ...rest } = request
  const authored = await authoredApp(request, context).catch(() => undefined)
  const message = 'app: give either it or `apps`.'
  return new FlyopsError('invalid_input', 'settings', message, {
    remedy: 'Give `app`, or `apps` with a folder for each: {"web": {"context": "web"}}.',
    ...(authored === undefined || request.apps !== undefined
      ? {}
      : { next: [next.ship({ ...rest, app: authored.app }, `${authored.path} names this app`)] }),
  })
}

async function authoredApp({ context, base_config }: ShipRequest, { folder }: ToolContext) {
  const root = await folder.resolve('.', 'context', 'folder')
  const place = await folder.resolve(context, 'context', 'folder')
  const path =
    base_config === undefined
      ? join(place, 'fly.toml')
      : await folder.resolve(base_config, 'base_config', 'file')
  const search = { root, folder: place, app: '', display: folder.display }
  const base = await readBaseAt(path, search)
  const { data: app } = fields.app.safeParse(base && appOf(base))
  return base === undefined || app === undefined ? undefined : { app, path: base.path }
}
