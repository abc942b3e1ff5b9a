import { type Caller, covers } from '../access/caller.js'
import { FlyopsError } from '../errors.js'
import { readFlyImage } from '../tools/references.js'

/** Tools whose calls name no app: jobs belong to their owner, and doctor looks at the machine. */
const withoutApp = ['get_job', 'cancel_job', 'doctor']

export interface PermissionRequest {
  readonly tool: string
  /** As the caller sent them. */
  readonly args: unknown
  readonly registryHost: string
}

/** Raises `forbidden` where the caller's scope lacks the tool, or an app that the call names. */
export function checkPermission(
  { owner, scope }: Caller,
  { tool, args, registryHost }: PermissionRequest,
): void {
  if (!covers(scope.tools, tool)) throw forbidden(`${owner} may not use ${tool}.`)
  if (scope.apps.includes('*') || withoutApp.includes(tool)) return
  const apps = appsOf(args, registryHost)
  // A tool that names its app in another way is closed to these callers until it is known here.
  if (apps.length === 0) throw forbidden(`${owner} may use ${tool} only for an app that it names.`)
  const other = apps.find((app) => !covers(scope.apps, app))
  if (other !== undefined) throw forbidden(`${owner} may not use the app ${other}.`)
}

/** An image belongs to the app in whose repository it is. */
function appsOf(args: unknown, registryHost: string): readonly string[] {
  if (args === null || typeof args !== 'object') return []
  const { app, apps, from_app, image_repository, image, expect_image } = args as Readonly<
    Record<string, unknown>
  >
  const images = [image, expect_image].filter((each) => typeof each === 'string')
  const named = [app, from_app, image_repository, ...(Array.isArray(apps) ? apps : [])]
  return [
    ...named.filter((each) => typeof each === 'string'),
    ...images.map((each) => readFlyImage(each, registryHost).owner),
  ]
}

function forbidden(message: string): FlyopsError {
  return new FlyopsError('forbidden', 'preflight', message, {
    remedy: 'Ask whoever keeps the tokens of this server for a token with that scope.',
  })
}
