import type { ToolContext } from '../context.js'
import { deployApp } from '../deploy/deploy.js'
import { deployInput } from '../deploy/input.js'
import { given } from '../given.js'
import { sayingWhatLives } from '../live.js'
import { next } from '../next.js'
import { type RollbackInput, rollbackInput } from './input.js'
import { findTarget, type RollbackTarget } from './target.js'

/** Deploys an earlier release again. Raises what `findTarget` and `deployApp` raise. */
export async function rollBack({ app, to, context: folder }: RollbackInput, context: ToolContext) {
  const target = await findTarget(app, to, context).catch(async (error: unknown) => {
    throw await sayingWhatLives(error, app, context)
  })
  const request = deployInput.parse({ app, image: target.image, context: folder })
  const operation = {
    tool: 'rollback',
    app,
    args: given(rollbackInput, { app, to: target.release, context: folder }),
  }
  const about = describeTarget(target)
  const result = await deployApp({ request, operation, about, base: target.base }, context)
  const { release, image, digest, config_path, verdict, reasons, url, duration_ms } = result
  return {
    status: 'done' as const,
    app,
    returned_to: target.release,
    replaced: target.current,
    ...{ release, image, digest, config_path, verdict, reasons, url, duration_ms },
    warnings: [...target.warnings, ...(result.warnings ?? [])],
    next: [next.checkHealth({ app }, 'looks again at any time')],
  }
}

/** For those who are to approve of it. */
function describeTarget({ release, current, commit, base, warnings }: RollbackTarget): string[] {
  const source = commit === undefined ? 'of an unknown commit' : `of commit ${commit}`
  const settings = base === undefined ? 'the settings of now' : 'its settings'
  return [
    `back to release ${release} ${source} with ${settings}, from release ${current}`,
    ...warnings.map(({ text }) => `warning: ${text}`),
  ]
}
