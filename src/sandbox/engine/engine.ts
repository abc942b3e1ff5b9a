import { FlyopsError } from '../../errors.js'
import { findProgram } from '../../process/programs.js'
import type { SandboxOptions } from '../options.js'
import { importBusybox } from './busybox.js'
import { createDockerCli, engineEnvironment } from './docker-cli.js'
import type { Engine, EngineOptions } from './engine-options.js'
import { installPackages, isComplete, packages } from './install.js'
import { notYet } from './not-yet.js'
import { startOwnEngine } from './own-engine.js'
import { askEngine, localHost } from './probe-engine.js'

/**
 * The engine that answers; else, where `install` allows it, Debian's packages and an engine of our
 * own. Raises `docker_missing` or `docker_daemon_down` saying what to install.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  if (process.platform !== 'linux') throw notYet('needs Linux')
  const found = await runningEngine(options, options.docker)
  if (found !== undefined) return found
  if (!options.install) throw nothingThere(options.docker)
  if (!(await isComplete(options.env))) await installPackages(options)
  const installed = await runningEngine(options, await dockerProgram(options))
  return installed ?? ownEngine(options)
}

async function runningEngine(
  options: EngineOptions,
  program: string | undefined,
): Promise<Engine | undefined> {
  if (program === undefined) return undefined
  const { env, run } = options
  const asking = createDockerCli({ program, env, run })
  const facts = await askEngine(asking)
  if (facts === undefined) return undefined
  const host = await localHost(asking, facts)
  // By its address: with another DOCKER_CONFIG, a context of the user's would lead nowhere.
  const docker = createDockerCli({ program, env: engineEnvironment(env, host), run })
  return { docker, host: undefined, close: async () => {} }
}

async function ownEngine(options: EngineOptions): Promise<Engine> {
  const program = await dockerProgram(options)
  if (program === undefined) throw nothingThere(program)
  const own = await startOwnEngine(options, program)
  await importBusybox(own.docker, options)
  return own
}

async function dockerProgram({ docker, env }: SandboxOptions): Promise<string | undefined> {
  if (docker !== undefined) return docker
  const folders = ['/usr/bin', '/usr/local/bin']
  return (await findProgram({ names: ['docker'], path: env.PATH, folders })).program
}

function nothingThere(program: string | undefined): FlyopsError {
  const code = program === undefined ? 'docker_missing' : 'docker_daemon_down'
  return new FlyopsError(code, 'sandbox', 'No Docker engine answers, and the sandbox needs one.', {
    remedy: `Start Docker; or, as root on Debian or Ubuntu, run "flyops sandbox up --install" in a terminal (an experiment takes --install too): it installs ${packages.join(', ')} where they are missing and runs an engine of its own. A server needs no new start: its next call finds the engine.`,
  })
}
