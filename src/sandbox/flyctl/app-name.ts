import { type LoadedConfig, loadConfig } from './config/load.js'
import { FlyctlError } from './failure.js'
import type { Host } from './host.js'

export interface AppFlags {
  readonly app?: string
  readonly config?: string
  readonly accessToken?: string
}

export interface FoundApp {
  readonly name: string
  readonly loaded: LoadedConfig | undefined
}

/** `--app` before FLY_APP before the config file's `app` (flyctl 2026.8, internal/command). */
export async function findApp(host: Host, { app, config }: AppFlags): Promise<FoundApp> {
  const loaded = await loadConfig(host, config)
  const name = app || host.env.FLY_APP || loaded?.config.app
  if (name) return { name, loaded }
  throw new FlyctlError(
    'the config for your app is missing an app name, add an app field to the fly.toml file or specify with the -a flag',
  )
}
