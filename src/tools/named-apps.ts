import { readFlyImage } from '../flow/fly-image.js'
import type { Tool } from './tool.js'

/** Tools whose calls name no app: jobs belong to their owner, and doctor looks at the machine. */
const withoutApp = ['get_job', 'cancel_job', 'doctor']

/** They look at every app, and leave out those that the caller may not use. */
const listing = ['list_apps', 'list_images']

const appFields = ['app', 'from_app', 'image_repository', 'apps']
const imageFields = ['image', 'expect_image']

/** What decides whether a call is allowed. The apps are looked for only where it depends on them. */
export function requestOf(tool: Tool, args: unknown, registryHost: string) {
  return {
    tool: offeredTool(tool),
    namedApps: () => namedApps(tool.name, args, registryHost),
  }
}

/** What decides whether a tool is offered. */
export function offeredTool({ name, annotations }: Tool) {
  return { name, readsOnly: annotations.readOnlyHint }
}

/**
 * The apps that a call names, as its arguments came; an image belongs to the app in whose repository it
 * is. Undefined for tools that need none. Raises `invalid_input` for an image of another registry.
 */
function namedApps(
  tool: string,
  args: unknown,
  registryHost: string,
): readonly string[] | undefined {
  if (withoutApp.includes(tool)) return undefined
  const given = Object.entries(args ?? {})
  const textsOf = (fields: readonly string[]) =>
    given
      .filter(([field]) => fields.includes(field))
      .flatMap(([, value]: [string, unknown]) => value)
      .filter((value) => typeof value === 'string')
  const images = textsOf(imageFields).map((image) => readFlyImage(image, registryHost).owner)
  const named = [...textsOf(appFields), ...images]
  return named.length === 0 && listing.includes(tool) ? undefined : named
}
