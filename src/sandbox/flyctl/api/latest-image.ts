import { any, struct } from '../go/types.js'
import { messageOf, wrap } from '../program/failure.js'
import type { Machine } from '../shapes/machine.js'
import type { Api } from './api.js'
import { latestImageQuery } from './queries.js'

/**
 * flyctl asks for a newer version of each machine's image and goes on where the repository is unknown,
 * as every one of the sandbox is. Raises FlyctlError for any other failure.
 */
export async function checkForNewerImages(
  { ask }: Api,
  machines: readonly Machine[],
  { once = true } = {},
): Promise<void> {
  const unknown = new Set<string>()
  for (const { image_ref } of machines) {
    const image = `${image_ref?.repository ?? ''}:${image_ref?.tag ?? ''}`
    if (once && unknown.has(image)) continue
    const variables = { flyVersion: image_ref?.labels?.['fly.version'] ?? '', image }
    try {
      const answer = struct('Query', { latestImageDetails: any })
      await ask({ query: latestImageQuery, variables, answer })
    } catch (error) {
      if (!messageOf(error).includes('Unknown repository'))
        throw wrap(`unable to fetch latest image details for ${image}`, error)
      unknown.add(image)
    }
  }
}
