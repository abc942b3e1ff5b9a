import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { scratch } from '../test-sandbox.js'
import type { Scene } from './row.js'

/** Takes the app's images out of the storage of the registry, as a clean-up there would. */
export async function forgetImages({ app }: Pick<Scene, 'app'>): Promise<object> {
  const repositories = join(scratch(), 'sandbox', 'registry', 'docker/registry/v2')
  await rm(join(repositories, 'repositories', app, '_manifests'), { recursive: true })
  return {}
}
