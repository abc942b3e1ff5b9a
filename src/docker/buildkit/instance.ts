import { join } from 'node:path'
import { createPrivateFolder } from '../../process/private-folders.js'
import { findBuilder } from '../builder.js'
import * as commands from '../commands.js'
import { bounded } from '../describe.js'
import type { Buildkit, WorkOptions } from '../docker.js'
import { unexpectedFailure } from '../failures.js'
import type { StartDocker } from '../start.js'
import { noBuildx } from './failures.js'

export interface BuildkitParts {
  readonly start: StartDocker
  readonly buildkit: Buildkit
}

/** What buildx knows the buildkitd by. */
export interface Instance {
  readonly name: string
  /** For docker, so that it finds the instance. */
  readonly env: { readonly BUILDX_CONFIG: string }
  /** Absolute; it goes away with the instance. */
  readonly folder: string
}

const name = 'flyops'

/** buildx reaches a buildkitd through an instance of its own alone: one that nobody else sees, and that does not stay. */
export async function withInstance<T>(
  { start, buildkit }: BuildkitParts,
  options: WorkOptions,
  work: (instance: Instance) => Promise<T>,
): Promise<T> {
  if ((await findBuilder(start, options)) !== 'buildx') throw noBuildx(buildkit)
  const { path: folder, remove } = await createPrivateFolder('buildx')
  const env = { BUILDX_CONFIG: join(folder, 'instances') }
  try {
    const created = await start(commands.createInstance(name, buildkit), bounded(options), {
      env,
      withoutEngine: true,
    })
    if (created.outcome !== 'ok')
      throw unexpectedFailure(created, 'telling buildx of the buildkitd of FLYOPS_BUILDKIT')
    return await work({ name, env, folder })
  } finally {
    await remove()
  }
}
