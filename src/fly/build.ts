import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunOptions, RunResult } from '../process/command.js'
import { createPrivateFolder } from '../process/private-folders.js'
import { redactedMark } from '../process/redact.js'
import * as commands from './commands.js'
import type { StartFlyctl } from './start.js'

/** Has Fly's remote builder build that context, under a configuration that says nothing but the app's name. */
export async function buildAtFly(
  start: StartFlyctl,
  request: commands.BuildArguments,
  options: RunOptions,
): Promise<RunResult> {
  const { path: folder, remove } = await createPrivateFolder('build')
  const configPath = join(folder, 'fly.toml')
  try {
    await writeFile(configPath, `app = "${request.app}"\n`)
    return await start(commands.build(request, configPath), options, {
      cwd: request.context,
      // The form of its progress; by its own choice it would be a terminal's where there is one.
      env: { BUILDKIT_PROGRESS: 'plain' },
      loggedArgs: commands.build(withoutValues(request), configPath),
    })
  } finally {
    await remove()
  }
}

/** Whoever reads the log need not see the values of build arguments. */
function withoutValues(request: commands.BuildArguments): commands.BuildArguments {
  const names = Object.keys(request.buildArgs).map((name) => [name, redactedMark])
  return { ...request, buildArgs: Object.fromEntries(names) }
}
