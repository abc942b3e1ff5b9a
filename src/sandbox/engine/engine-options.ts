import type { SandboxOptions } from '../options.js'
import type { StateFiles } from '../state-folder.js'
import type { DockerCli } from './docker-cli.js'

export interface Engine {
  readonly docker: DockerCli
  /** DOCKER_HOST of an engine of our own; undefined for one that was there. */
  readonly host: string | undefined
  /** Ends an engine of our own; leaves any other alone. */
  close(): Promise<void>
}

export interface EngineOptions extends SandboxOptions {
  readonly files: StateFiles
  readonly sandboxId: string
}
