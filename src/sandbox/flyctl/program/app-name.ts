import { type LoadedConfig, loadConfig } from '../config/load.js'
import type { CommandContext } from './command.js'
import { FlyctlError } from './failure.js'

export interface SelectedApp {
  readonly name: string
  /** The configuration file, where there is one. */
  readonly loaded: LoadedConfig | undefined
}

/** `--app`, else FLY_APP, else the `app` of the configuration file. Raises FlyctlError without any. */
export async function selectApp({ host, flags }: CommandContext): Promise<SelectedApp> {
  const loaded = await loadConfig(host, flags.text('config'))
  const name = flags.text('app') || host.env.FLY_APP || loaded?.config.app
  if (name) return { name, loaded }
  throw new FlyctlError(
    'the config for your app is missing an app name, add an app field to the fly.toml file or specify with the -a flag',
  )
}
