import { createDocker } from './docker/create-docker.js'
import { createFlyctl } from './fly/create-flyctl.js'
import { createGit } from './git/create-git.js'
import { sendProbe } from './health/probe.js'
import { createLog, type Log } from './log.js'
import { createProjectFolder } from './policy/project-folder.js'
import { findProgram } from './process/programs.js'
import { createRedact, type Redact } from './process/redact.js'
import { createRunner } from './process/runner.js'
import type { Settings } from './settings.js'
import type { ToolDoors } from './tools/tool.js'

export interface Composition {
  readonly doors: ToolDoors
  readonly redact: Redact
  readonly log: Log
  /** Resolves when no child is left. */
  idle(): Promise<void>
}

/** Builds the parts and joins them; nothing is started yet. */
export function compose(settings: Settings, shutdown: AbortSignal): Composition {
  const log = createLog(settings.logLevel)
  const redact = createRedact(settings.secrets)
  const { run, idle } = createRunner({ log, redact })
  const { env } = settings
  const findDocker = () => findProgram(settings.docker)
  const findFlyctl = () => findProgram(settings.flyctl)
  return {
    doors: {
      registryHost: settings.registryHost,
      org: settings.org,
      deployGraceMs: settings.deployGraceMs,
      folder: createProjectFolder(settings.root),
      git: createGit({ env }),
      docker: createDocker({ run, find: findDocker, env }),
      flyctl: createFlyctl({ run, find: findFlyctl, findDocker, env }),
      sendProbe,
      shutdown,
    },
    redact,
    log,
    idle,
  }
}
