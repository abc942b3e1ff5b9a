import type { Command } from '../command.js'
import { FlyctlError } from '../failure.js'
import type { Host } from '../host.js'

export const authDocker: Command = {
  flags: {},
  async run({ host, openApi }) {
    const { token } = openApi()
    const registry = host.env.FLY_REGISTRY_HOST || 'registry.fly.io'
    await dockerLogin(host, registry, token)
    host.out('Authentication successful. Credential expiration: unknown.\n')
  },
}

const ignore = () => {}
/** Nothing of this program is logged. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/**
 * `docker login` with the token on standard input; DOCKER_CONFIG says where docker keeps it. Raises
 * FlyctlError with all that docker printed (flyctl 2026.8, internal/command/auth/docker.go).
 */
async function dockerLogin(host: Host, registry: string, token: string): Promise<void> {
  // Only this command starts a program, and the others start sooner without what that takes.
  const [{ findProgram }, { createRunner }] = await Promise.all([
    import('../../process/programs.js'),
    import('../../process/runner.js'),
  ])
  const { program } = await findProgram({ names: ['docker'], path: host.env.PATH, folders: [] })
  if (program === undefined)
    throw new FlyctlError("docker cli not found - make sure it's installed and try again")
  const { run } = createRunner({ log: silent, redact: (text) => text })
  const lines: string[] = []
  const args = ['login', '--username=x', '--password-stdin', registry]
  const command = { program, args, env: host.env, stdin: token }
  const options = { signal: host.signal, onLine: (line: string) => lines.push(`${line}\n`) }
  const { outcome } = await run(command, options)
  if (outcome !== 'ok')
    throw new FlyctlError(`failed authenticating with ${registry}: ${lines.join('')}`)
}
