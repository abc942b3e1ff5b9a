import { FlyopsError } from '../../errors.js'
import type { Run, RunOptions, RunResult } from '../../process/command.js'
import { lastLines } from '../../process/tail.js'

type Environment = Readonly<Record<string, string | undefined>>

/** The docker command line, aimed at the sandbox's engine. */
export interface DockerCli {
  readonly program: string
  /** What a child needs in order to reach the same engine. */
  readonly env: Environment
  /** Never throws for what docker did. `env` is added for this one command. */
  run(args: readonly string[], options?: RunOptions & { env?: Environment }): Promise<RunResult>
  /** Standard output without the last newline; raises `internal` where docker fails. */
  text(args: readonly string[]): Promise<string>
}

export interface DockerCliOptions {
  readonly program: string
  readonly env: Environment
  readonly run: Run
}

/** No single command may hang the sandbox for ever; pulls are the slowest. */
const timeoutMs = 120_000

export function createDockerCli({ program, env, run }: DockerCliOptions): DockerCli {
  const docker: DockerCli['run'] = (args, { env: extra, ...options } = {}) =>
    run({ program, args, env: { ...env, ...extra } }, { timeoutMs, ...options })
  return {
    program,
    env,
    run: docker,
    async text(args) {
      const result = await docker(args)
      if (result.outcome === 'ok') return result.stdout.trimEnd()
      throw new FlyopsError('internal', 'sandbox', `docker ${args[0]} failed in the sandbox.`, {
        evidence: lastLines(result.stderr),
      })
    },
  }
}

/** The environment in which docker reaches the engine at that address; a context would lead it elsewhere. */
export function engineEnvironment(env: Environment, host: string): Environment {
  return { ...env, DOCKER_HOST: host, DOCKER_CONTEXT: undefined, DOCKER_TLS_VERIFY: undefined }
}
