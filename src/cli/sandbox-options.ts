import { dirname, join, resolve } from 'node:path'
import { FlyopsError } from '../errors.js'
import { createLog } from '../log.js'
import { findProgram } from '../process/programs.js'
import { createRedact } from '../process/redact.js'
import { createRunner } from '../process/runner.js'
import { smokeSecondsAtFly } from '../sandbox/options.js'
import type { UpOptions } from '../sandbox/sandbox.js'
import { loadSettings, type Settings } from '../settings.js'
import type { Host } from './host.js'

export interface SandboxFlags {
  readonly state?: string
  readonly install?: boolean
  readonly pace?: string
  readonly logLevel?: string
}

/** How long a machine must be up for flyctl to believe in its start, seconds. */
const smokeSecondsOf: Readonly<Record<string, number>> = {
  fly: smokeSecondsAtFly,
  quick: 1,
}

/** Fly's own, and one for tests and demos. */
export const paces = Object.keys(smokeSecondsOf)

/** What every sandbox operation needs, out of flags and environment. Raises `invalid_input`. */
export async function sandboxOptions(host: Host, flags: SandboxFlags): Promise<UpOptions> {
  const { env, cwd, ending } = host
  const settings = loadSettings({ flags: { logLevel: flags.logLevel ?? 'info' }, env, cwd })
  const log = createLog(settings.logLevel)
  const { run } = createRunner({ log, redact: createRedact(settings.secrets) })
  const [docker, flyctl] = await Promise.all([
    findProgram(settings.docker),
    findProgram(settings.flyctl),
  ])
  const stateDir =
    flags.state === undefined ? join(settings.stateDir, 'sandbox') : resolve(cwd, flags.state)
  const { install = false, pace } = flags
  const asked = [...(install ? ['--install'] : []), ...(pace === undefined ? [] : ['--pace', pace])]
  return {
    stateDir,
    docker: docker.program,
    env,
    install,
    run,
    log,
    standIn: { node: host.node, script: host.standIn },
    windowFolder: join(dirname(host.script), 'window'),
    realFlyctl: flyctl.program !== undefined && flyctl.program !== join(stateDir, 'bin', 'flyctl'),
    builder: builderOf(settings, env.FLYOPS_SANDBOX_BUILDKITD),
    loginSeconds: seconds(env, 'FLYOPS_SANDBOX_LOGIN_SECONDS', 300),
    idleSeconds: seconds(env, 'FLYOPS_SANDBOX_IDLE_SECONDS', 300),
    smokeSeconds:
      smokeSecondsOf[pace ?? ''] ?? seconds(env, 'FLYOPS_SANDBOX_SMOKE_SECONDS', smokeSecondsAtFly),
    privateNetwork: env.FLYOPS_SANDBOX_PRIVATE_NETWORK !== 'off',
    self: {
      program: host.node,
      args: [host.script, 'sandbox', 'serve', '--state', stateDir, ...asked],
    },
    othersMs: 60_000,
    signal: ending,
  }
}

/** flyctl knows no certificates for one. */
function builderOf({ buildkit }: Settings, program: string | undefined): UpOptions['builder'] {
  if (program) return { program }
  return buildkit === undefined || buildkit.certs ? undefined : { address: buildkit.address }
}

function seconds(env: Host['env'], name: string, preset: number): number {
  const text = env[name]
  if (text === undefined || text === '') return preset
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0) return value
  throw new FlyopsError('invalid_input', 'settings', `${name} is "${text}".`, {
    remedy: `Set ${name} to a number of seconds.`,
  })
}
