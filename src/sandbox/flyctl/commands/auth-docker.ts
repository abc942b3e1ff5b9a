import { Command } from 'commander'
import { FlyctlError } from '../failure.js'
import type { Host } from '../host.js'
import { requireToken } from '../session.js'

/** Logs the docker client in, as flyctl does: the token goes in on standard input. */
export function authDockerCommand(host: Host): Command {
  const command = new Command('docker').description('Authenticate docker')
  return command.action(async () => {
    const { accessToken } = command.optsWithGlobals<{ accessToken?: string }>()
    const token = requireToken(host.env, accessToken)
    const registry = host.env.FLY_REGISTRY_HOST ?? 'registry.fly.io'
    const program = await host.findDocker()
    if (program === undefined)
      throw new FlyctlError("docker cli not found - make sure it's installed and try again")
    const args = ['login', '--username=x', '--password-stdin', registry]
    const { outcome, stdout, stderr } = await host.run(
      { program, args, env: host.env, cwd: host.cwd, stdin: token },
      { signal: host.ending },
    )
    if (outcome !== 'ok') {
      throw new FlyctlError(`failed authenticating with ${registry}: ${stdout}${stderr}`)
    }
    host.out('Authentication successful. Credential expiration: unknown.\n\n')
    host.out(`You can now tag and push images to ${registry}/{your-app}\n`)
  })
}
