import { findProgram } from '../../process/programs.js'
import { createRunner } from '../../process/runner.js'
import { FlyctlError } from './program/failure.js'
import type { Host } from './program/host.js'

/** Nothing of this program is logged. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/**
 * `docker login` with the token on standard input; DOCKER_CONFIG says where docker keeps it. Raises
 * FlyctlError with all that docker printed (flyctl 2026.8, internal/command/auth/docker.go).
 */
export async function dockerLogin(host: Host, registry: string, token: string): Promise<void> {
  const { program } = await findProgram({ names: ['docker'], path: host.env.PATH, folders: [] })
  if (program === undefined)
    throw new FlyctlError(
      'docker cli not found - make sure it\'s installed and try again: exec: "docker": executable file not found in $PATH',
    )
  const { run } = createRunner({ log: silent, redact: (text) => text })
  const lines: string[] = []
  const args = ['login', '--username=x', '--password-stdin', registry]
  const command = { program, args, env: host.env, stdin: token }
  const options = { signal: host.signal, onLine: (line: string) => lines.push(`${line}\n`) }
  const { outcome } = await run(command, options)
  if (outcome !== 'ok')
    throw new FlyctlError(`failed authenticating with ${registry}: ${lines.join('')}`)
}

function ignore(): void {}
